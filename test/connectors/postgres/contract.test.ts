import { once } from 'node:events'
import { createServer } from 'node:net'
import kind from '../../../shared/connectors/postgres/kind.ts'
import { describeConnector } from '../../contract/connector.ts'
import { loopbackEgress } from '../../support/loopback-egress.ts'
import { testPostgres } from '../../support/postgres.ts'

const server = await testPostgres()

describeConnector(kind, async () => {
  const { host, port, database, reader } = server
  await server.sql(`
    CREATE TABLE large AS SELECT n AS id, md5(n::text) AS text FROM generate_series(1, 200000) n;
    CREATE TABLE "Mixed Case" (id int); CREATE TABLE a (id int); CREATE TABLE "a.b" (id int); CREATE TABLE ä (id int);
    CREATE SCHEMA other; GRANT USAGE ON SCHEMA other TO reader;
    CREATE TABLE other.thing (id int); GRANT SELECT ON other.thing TO reader;
    ANALYZE`)
  return {
    config: { host, port, database, user: reader.user },
    credential: { password: reader.password },
    wrongCredential: { password: 'another-pässword-1c5e' },
    nobodyThere: { host, port: await closedPort(), database, user: reader.user },
    secretText: reader.password,
    egress: loopbackEgress(),
    async openAtSource() {
      const [row] = await server.sql(`SELECT count(*)::int AS n FROM pg_stat_activity WHERE usename = 'reader'`)
      return row!.n as number
    },
    tables: {
      names: ['large', 'Mixed Case', 'a', 'a.b', 'ä', 'other.thing'],
      large: 'large',
      largeRows: 200_000,
      selection: { table: 'large' },
    },
  }
})

async function closedPort(): Promise<number> {
  const listener = createServer().listen(0, '127.0.0.1')
  await once(listener, 'listening')
  const { port } = listener.address() as { port: number }
  listener.close()
  await once(listener, 'close')
  return port
}
