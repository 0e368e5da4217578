import { once } from 'node:events'
import { chmod, chown, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { Config } from '../../../shared/connectors/postgres/config.ts'
import { tlsMode } from '../../../shared/connectors/sql/config.ts'
import { type Certificate, describeTls } from '../../contract/database/tls.ts'
import { hasOpenssl } from '../../support/certificates.ts'
import { postgresWorld } from '../../support/database-worlds.ts'
import { open } from '../../support/open-postgres.ts'
import { testPostgres } from '../../support/postgres.ts'

const server = await testPostgres()

async function certify(certificate: Certificate | undefined): Promise<void> {
  if (certificate === undefined) await server.sql('ALTER SYSTEM SET ssl = off')
  else {
    for (const [text, to] of [
      [certificate.cert, 'server.crt'],
      [certificate.key, 'server.key'],
    ] as const) {
      const path = join(server.folder, 'data', to)
      await writeFile(path, text)
      await chmod(path, 0o600)
      if (process.getuid?.() === 0) await chown(path, 65_534, 65_534)
    }
    await server.sql('ALTER SYSTEM SET ssl = on')
  }
  await server.sql('SELECT pg_reload_conf()')
  for (let tries = 0; tries < 200; tries++) {
    const [row] = await server.sql('SHOW ssl')
    if (row!.ssl === (certificate === undefined ? 'off' : 'on')) break
    await new Promise((go) => setTimeout(go, 10))
  }
  // The setting is seen a moment before the certificates are.
  await new Promise((go) => setTimeout(go, 200))
}

describe('TLS, as libpq names its modes', () => {
  if (!hasOpenssl) test.skip('holds at a real server (skipped: openssl is not installed)', () => {})
  else
    describeTls({
      ...postgresWorld(server),
      certify,
      sessionSql: 'SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()',
      isEncrypted: (value) => value === 'true',
      sleepSql: 'SELECT pg_sleep(600)',
      async sleeping() {
        const [row] = await server.sql(
          `SELECT count(*)::int n FROM pg_stat_activity WHERE usename = 'reader' AND wait_event = 'PgSleep'`,
        )
        return row!.n as number
      },
    })

  test('is verified in full by default, but for this machine', () => {
    const mode = (host: string, tls?: string) => tlsMode(Config.parse({ host, database: 'd', user: 'u', tls }))
    for (const host of ['localhost', '127.0.0.1', '127.1.2.3', '::1', 'db.localhost'])
      expect(mode(host)).toBe('disable')
    for (const host of ['db.example.org', '10.0.0.1', 'localhost.example.org', '128.0.0.1', '::2'])
      expect(mode(host)).toBe('verify-full')
    expect(mode('localhost', 'require')).toBe('require')
  })

  test('takes nothing that somebody slips in before it is encrypted (CVE-2021-23222)', async () => {
    const listener = createServer((socket) => {
      socket.on('error', () => {})
      socket.once('data', () =>
        socket.write(Buffer.concat([Buffer.from('S'), Buffer.from([0x52, 0, 0, 0, 8, 0, 0, 0, 0])])),
      )
    }).listen(0, '127.0.0.1')
    await once(listener, 'listening')
    const { port } = listener.address() as { port: number }
    const connection = await open({ ...server, port }, server.reader, { tls: 'require' })
    await expect(connection.tables.list({ limit: 1 })).rejects.toMatchObject({ code: 'source-failed' })
    await connection.close()
    listener.close()
  })
})
