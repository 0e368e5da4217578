import { once } from 'node:events'
import { chmodSync, chownSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { describeTls } from '../../contract/database/tls.ts'
import { hasOpenssl } from '../../support/certificates.ts'
import { mysqlWorld } from '../../support/database-worlds.ts'
import { describeMariadb } from '../../support/mariadb.ts'
import { open } from '../../support/open-mysql.ts'

describeMariadb(
  'TLS to MariaDB, as libpq names its modes',
  { needs: hasOpenssl ? undefined : 'openssl is not installed' },
  (server) => {
    describeTls({
      ...mysqlWorld(server),
      async certify(certificate) {
        if (certificate === undefined) return await server.restart(['--skip-ssl'])
        const [cert, key] = [join(server.folder, 'cert.pem'), join(server.folder, 'key.pem')]
        writeFileSync(cert, certificate.cert)
        writeFileSync(key, certificate.key)
        for (const path of [cert, key]) {
          chmodSync(path, 0o600)
          if (process.getuid?.() === 0) chownSync(path, 65_534, 65_534)
        }
        await server.restart([`--ssl-cert=${cert}`, `--ssl-key=${key}`])
      },
      sessionSql: "SELECT VARIABLE_VALUE FROM information_schema.SESSION_STATUS WHERE VARIABLE_NAME = 'SSL_CIPHER'",
      isEncrypted: (value) => value !== '',
      sleepSql: 'SELECT SLEEP(600)',
      async sleeping() {
        const sql = "SELECT COUNT(*) FROM information_schema.PROCESSLIST WHERE STATE = 'User sleep'"
        return Number((await server.sql(sql))[0]![0])
      },
      async demandTls(isDemanded) {
        await server.sql(`ALTER USER reader@'%' REQUIRE ${isDemanded ? 'SSL' : 'NONE'}`)
      },
    })

    test('takes nothing that somebody slips in before it is encrypted', async () => {
      const listener = createServer((socket) => {
        socket.on('error', () => {})
        const body = Buffer.concat([Buffer.from('\n11.4-MariaDB\0'), Buffer.alloc(60)])
        const greeting = Buffer.concat([Buffer.from([body.length, 0, 0, 0]), body])
        socket.write(Buffer.concat([greeting, Buffer.from([7, 0, 0, 2, 0, 0, 0, 2, 0, 0, 0])]))
      }).listen(0, '127.0.0.1')
      await once(listener, 'listening')
      const { port } = listener.address() as { port: number }
      const connection = await open({ ...server, port }, server.reader, { tls: 'require' })
      await expect(connection.tables.list({ limit: 1 })).rejects.toMatchObject({ code: 'source-failed' })
      await connection.close()
      listener.close()
    })
  },
)
