import { once } from 'node:events'
import { createServer } from 'node:net'
import kind from '../../../shared/connectors/mysql/kind.ts'
import { describeConnector } from '../../contract/connector.ts'
import { loopbackEgress } from '../../support/loopback-egress.ts'
import { describeMariadb } from '../../support/mariadb.ts'

describeMariadb('mysql', (server) => {
  describeConnector(kind, async () => {
    const { host, port, database, reader } = server
    await server.sql(`
      CREATE TABLE large (id int PRIMARY KEY, text varchar(40)) SELECT seq AS id, md5(seq) AS text FROM seq_1_to_200000;
      CREATE TABLE \`Mixed Case\` (id int); CREATE TABLE a (id int); CREATE TABLE \`a.b\` (id int); CREATE TABLE ä (id int);
      CREATE TABLE extra.thing (id int)`)
    return {
      config: { host, port, database, user: reader.user },
      credential: { password: reader.password },
      wrongCredential: { password: 'another-pässword-1c5e' },
      nobodyThere: { host, port: await closedPort(), database, user: reader.user },
      secretText: reader.password,
      egress: loopbackEgress(),
      async openAtSource() {
        const [row] = await server.sql(`SELECT count(*) FROM information_schema.PROCESSLIST WHERE USER = 'reader'`)
        return Number(row![0])
      },
      tables: {
        names: ['large', 'Mixed Case', 'a', 'a.b', 'ä', 'extra.thing'],
        large: 'large',
        largeRows: 200_000,
        selection: { table: 'large' },
      },
    }
  })
})

async function closedPort(): Promise<number> {
  const listener = createServer().listen(0, '127.0.0.1')
  await once(listener, 'listening')
  const { port } = listener.address() as { port: number }
  listener.close()
  await once(listener, 'close')
  return port
}
