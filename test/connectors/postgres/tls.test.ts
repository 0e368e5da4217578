import { once } from 'node:events'
import { chmod, chown, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { Config } from '../../../shared/connectors/postgres/config.ts'
import { tlsMode } from '../../../shared/connectors/sql/config.ts'
import { checkStatus } from '../../../shared/domain/check.ts'
import { hasOpenssl, makeCertificate } from '../../support/certificates.ts'
import { type OpenedPostgres, open } from '../../support/open-postgres.ts'
import { testPostgres } from '../../support/postgres.ts'
import { showRows } from '../../support/rows.ts'

const server = await testPostgres()
const certificates = hasOpenssl
  ? { localhost: makeCertificate(['DNS:localhost']), elsewhere: makeCertificate(['DNS:elsewhere.example']) }
  : undefined

/** Has the server use one of the certificates, or none. */
async function certify(name: 'localhost' | 'elsewhere' | undefined): Promise<void> {
  if (name === undefined) await server.sql('ALTER SYSTEM SET ssl = off')
  else {
    const { cert, key } = certificates![name]
    for (const [text, to] of [
      [cert, 'server.crt'],
      [key, 'server.key'],
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
    if (row!.ssl === (name === undefined ? 'off' : 'on')) break
    await new Promise((go) => setTimeout(go, 10))
  }
  // The setting is seen a moment before the certificates are.
  await new Promise((go) => setTimeout(go, 200))
}

const connections: OpenedPostgres[] = []
afterAll(() => Promise.all(connections.map((connection) => connection.close())))

/** 'encrypted' or 'plain' where a query went through, the fault's code where not. */
async function outcome(config: Record<string, unknown>): Promise<string> {
  const connection = await open(server, server.reader, config)
  connections.push(connection)
  try {
    const rows = await connection.tables.query({ sql: 'SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()' })
    const [row] = await showRows(rows)
    return row![0] === 'true' ? 'encrypted' : 'plain'
  } catch (error) {
    return (error as { code: string }).code
  }
}

describe('TLS, as libpq names its modes', () => {
  describe.skipIf(!certificates)('with the certificate of its host (needs openssl)', () => {
    const ca = certificates?.localhost.ca
    test('is what the server has now', () => certify('localhost'))
    test.each([
      ['disable', {}, 'plain'],
      ['prefer', {}, 'encrypted'],
      ['require', {}, 'encrypted'],
      ['require', { ca }, 'encrypted'],
      ['verify-ca', { ca }, 'encrypted'],
      ['verify-ca', {}, 'source-refused'],
      ['verify-full', { ca, host: 'localhost' }, 'encrypted'],
      ['verify-full', { ca, host: '127.0.0.1' }, 'source-refused'],
      ['verify-full', { host: 'localhost' }, 'source-refused'],
    ])('%s %o: %s', async (tls, more, result) => {
      expect(await outcome({ tls, ...more })).toBe(result)
    })

    test('a check times its stages and says that it is encrypted', async () => {
      const connection = await open(server, server.reader, { tls: 'verify-full', ca, host: 'localhost' })
      const check = await connection.check()
      expect(check.stages.map(({ name, ok }) => [name, ok]).slice(0, 4)).toEqual([
        ['resolve', true],
        ['connect', true],
        ['tls', true],
        ['login', true],
      ])
      expect(check.stages[2]!.detail).toBe('Encrypted (verify-full).')
    })

    test('a cancel is encrypted as well, and arrives', async () => {
      const abort = new AbortController()
      const connection = await open(server, server.reader, {
        tls: 'verify-full',
        ca,
        host: 'localhost',
        signal: abort.signal,
      })
      connections.push(connection)
      const run = expect(connection.tables.query({ sql: 'SELECT pg_sleep(600)' })).rejects.toMatchObject({
        code: 'cancelled',
      })
      const sleeping = async () =>
        (
          await server.sql(
            `SELECT count(*)::int n FROM pg_stat_activity WHERE usename = 'reader' AND wait_event = 'PgSleep'`,
          )
        )[0]!.n as number
      while ((await sleeping()) === 0) await new Promise((go) => setTimeout(go, 10))
      abort.abort()
      await run
      for (let tries = 0; (await sleeping()) > 0 && tries < 1000; tries++) await new Promise((go) => setTimeout(go, 10))
      expect(await sleeping()).toBe(0)
    })
  })

  describe.skipIf(!certificates)('with the certificate of another host (needs openssl)', () => {
    const ca = certificates?.elsewhere.ca
    test('is what the server has now', () => certify('elsewhere'))
    test.each([
      ['require', { ca }, 'encrypted'],
      ['verify-ca', { ca, host: 'localhost' }, 'encrypted'],
      ['verify-full', { ca, host: 'localhost' }, 'source-refused'],
    ])('%s %o: %s', async (tls, more, result) => {
      expect(await outcome({ tls, ...more })).toBe(result)
    })

    test('a check fails at TLS and says what to do', async () => {
      const connection = await open(server, server.reader, { tls: 'verify-full', ca, host: 'localhost' })
      const check = await connection.check()
      expect(check.stages.at(-1)).toMatchObject({ name: 'tls', ok: false, hint: expect.stringContaining('host name') })
      expect(checkStatus(check)).toBe('NO_CONNECTION')
    })
  })

  describe('with none', () => {
    test('is what the server has now', () => certify(undefined))
    test.each([
      ['disable', 'plain'],
      ['prefer', 'plain'],
      ['require', 'source-refused'],
      ['verify-full', 'source-refused'],
    ])('%s: %s', async (tls, result) => {
      expect(await outcome({ tls })).toBe(result)
    })
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
    listener.close()
  })
})
