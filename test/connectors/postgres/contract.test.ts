import kind from '../../../shared/connectors/postgres/kind.ts'
import { describeConnector } from '../../contract/connector.ts'
import { connectorWorld } from '../../contract/database/world.ts'
import { postgresWorld } from '../../support/database-worlds.ts'
import { testPostgres } from '../../support/postgres.ts'

const server = await testPostgres()

describeConnector(kind, async () => {
  await server.sql(`
    CREATE TABLE large AS SELECT n AS id, md5(n::text) AS text FROM generate_series(1, 200000) n;
    CREATE TABLE "Mixed Case" (id int); CREATE TABLE a (id int); CREATE TABLE "a.b" (id int); CREATE TABLE ä (id int);
    CREATE SCHEMA other; GRANT USAGE ON SCHEMA other TO reader;
    CREATE TABLE other.thing (id int); GRANT SELECT ON other.thing TO reader;
    ANALYZE`)
  return await connectorWorld(postgresWorld(server), ['large', 'Mixed Case', 'a', 'a.b', 'ä', 'other.thing'])
})
