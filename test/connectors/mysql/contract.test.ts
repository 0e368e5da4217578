import kind from '../../../shared/connectors/mysql/kind.ts'
import { describeConnector } from '../../contract/connector.ts'
import { connectorWorld } from '../../contract/database/world.ts'
import { mysqlWorld } from '../../support/database-worlds.ts'
import { describeMariadb } from '../../support/mariadb.ts'

describeMariadb('mysql', (server) => {
  describeConnector(kind, async () => {
    await server.sql(`
      CREATE TABLE large (id int PRIMARY KEY, text varchar(40)) SELECT seq AS id, md5(seq) AS text FROM seq_1_to_200000;
      CREATE TABLE \`Mixed Case\` (id int); CREATE TABLE a (id int); CREATE TABLE \`a.b\` (id int); CREATE TABLE ä (id int);
      CREATE TABLE extra.thing (id int)`)
    return await connectorWorld(mysqlWorld(server), ['large', 'Mixed Case', 'a', 'a.b', 'ä', 'extra.thing'])
  })
})
