import { once } from 'node:events'
import { chmodSync, chownSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { checkStatus } from '../../../shared/domain/check.ts'
import { hasOpenssl, makeCertificate } from '../../support/certificates.ts'
import { describeMariadb } from '../../support/mariadb.ts'
import { type OpenedMysql, open } from '../../support/open-mysql.ts'
import { showRows } from '../../support/rows.ts'

describeMariadb(
  'TLS to MariaDB, as libpq names its modes',
  { needs: hasOpenssl ? undefined : 'openssl is not installed' },
  (server) => {
    const certificates = {
      localhost: makeCertificate(['DNS:localhost']),
      address: makeCertificate(['IP:127.0.0.1']),
      elsewhere: makeCertificate(['DNS:elsewhere.example']),
    }
    const connections: OpenedMysql[] = []
    afterAll(() => Promise.all(connections.map((connection) => connection.close())))

    /** Has the server use one of the certificates, or none. */
    async function certify(name: keyof typeof certificates | undefined): Promise<void> {
      if (name === undefined) return await server.restart(['--skip-ssl'])
      const [cert, key] = [join(server.folder, 'cert.pem'), join(server.folder, 'key.pem')]
      writeFileSync(cert, certificates[name].cert)
      writeFileSync(key, certificates[name].key)
      for (const path of [cert, key]) {
        chmodSync(path, 0o600)
        if (process.getuid?.() === 0) chownSync(path, 65_534, 65_534)
      }
      await server.restart([`--ssl-cert=${cert}`, `--ssl-key=${key}`])
    }

    /** 'encrypted' or 'plain' where a query went through, the fault's code where not. */
    async function outcome(config: Record<string, unknown>): Promise<string> {
      const connection = await open(server, server.reader, config)
      connections.push(connection)
      try {
        const sql = "SELECT VARIABLE_VALUE FROM information_schema.SESSION_STATUS WHERE VARIABLE_NAME = 'SSL_CIPHER'"
        const [row] = await showRows(await connection.tables.query({ sql }))
        return row![0] === '' ? 'plain' : 'encrypted'
      } catch (error) {
        return (error as { code: string }).code
      }
    }

    describe('with the certificate of its host', () => {
      const { ca } = certificates.localhost
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
        expect(checkStatus(check)).toBe('VALID_CONNECTION')
        expect(check.stages[2]!.detail).toBe('Encrypted (verify-full).')
      })

      test('a kill is encrypted as well, and arrives', async () => {
        const abort = new AbortController()
        const config = { tls: 'verify-full', ca, host: 'localhost', signal: abort.signal }
        const connection = await open(server, server.reader, config)
        connections.push(connection)
        await server.sql(`ALTER USER reader@'%' REQUIRE SSL`)
        const run = expect(connection.tables.query({ sql: 'SELECT SLEEP(600)' })).rejects.toMatchObject({
          code: 'cancelled',
        })
        const sleeping = async () =>
          Number(
            (await server.sql(`SELECT COUNT(*) FROM information_schema.PROCESSLIST WHERE STATE = 'User sleep'`))[0]![0],
          )
        for (let tries = 0; (await sleeping()) === 0 && tries < 1000; tries++)
          await new Promise((go) => setTimeout(go, 10))
        abort.abort()
        await run
        for (let tries = 0; (await sleeping()) > 0 && tries < 1000; tries++)
          await new Promise((go) => setTimeout(go, 10))
        expect(await sleeping()).toBe(0)
        expect(await outcome({ tls: 'disable' })).toBe('source-refused')
        await server.sql(`ALTER USER reader@'%' REQUIRE NONE`)
      })
    })

    describe('with the certificate of its address', () => {
      const { ca } = certificates.address
      test('is what the server has now', () => certify('address'))
      test.each([
        ['verify-full', { ca, host: '127.0.0.1' }, 'encrypted'],
        ['verify-full', { ca, host: 'localhost' }, 'source-refused'],
      ])('%s %o: %s', async (tls, more, result) => {
        expect(await outcome({ tls, ...more })).toBe(result)
      })
    })

    describe('with the certificate of another host', () => {
      const { ca } = certificates.elsewhere
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
        expect(check.stages.at(-1)).toMatchObject({
          name: 'tls',
          ok: false,
          hint: expect.stringContaining('host name'),
        })
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
      listener.close()
    })
  },
)
