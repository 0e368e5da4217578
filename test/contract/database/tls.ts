import { describe, expect, test } from 'vitest'
import { checkStatus } from '../../../shared/domain/check.ts'
import { makeCertificate } from '../../support/certificates.ts'
import { showRows } from '../../support/rows.ts'
import { type DatabaseWorld, opening, until } from './world.ts'

export interface Certificate {
  readonly cert: string
  readonly key: string
}

export interface TlsWorld extends DatabaseWorld {
  /** Has the server use a certificate, or offer no TLS. */
  certify(certificate: Certificate | undefined): Promise<void>
  /** One row of one column, by which `isEncrypted` tells. */
  readonly sessionSql: string
  isEncrypted(value: unknown): boolean
  readonly sleepSql: string
  /** How many statements sleep at the server. */
  sleeping(): Promise<number>
  /** Has the server take the reader with TLS alone, or in any way; absent where it cannot. */
  demandTls?(isDemanded: boolean): Promise<void>
}

/** Needs openssl. */
export function describeTls(world: TlsWorld): void {
  const { server } = world
  const certificates = {
    localhost: makeCertificate(['DNS:localhost']),
    address: makeCertificate(['IP:127.0.0.1']),
    elsewhere: makeCertificate(['DNS:elsewhere.example']),
  }
  const opened = opening(world)

  /** 'encrypted' or 'plain' where a query went through, the fault's code where not. */
  async function outcome(config: Record<string, unknown>): Promise<string> {
    const connection = await opened(server, server.reader, config)
    try {
      const [row] = await showRows(await connection.tables.query({ sql: world.sessionSql }))
      return world.isEncrypted(row![0]) ? 'encrypted' : 'plain'
    } catch (error) {
      return (error as { code: string }).code
    }
  }
  const outcomes = (cases: readonly (readonly [tls: string, more: object, result: string])[]) =>
    test.each(cases)('%s %o: %s', async (tls, more, result) => {
      expect(await outcome({ tls, ...more })).toBe(result)
    })

  describe('with the certificate of its host', () => {
    const { ca } = certificates.localhost
    const verified = { tls: 'verify-full', ca, host: 'localhost' }
    test('is what the server has now', () => world.certify(certificates.localhost))
    outcomes([
      ['disable', {}, 'plain'],
      ['prefer', {}, 'encrypted'],
      ['require', {}, 'encrypted'],
      ['require', { ca }, 'encrypted'],
      ['verify-ca', { ca }, 'encrypted'],
      ['verify-ca', {}, 'source-refused'],
      ['verify-full', { ca, host: 'localhost' }, 'encrypted'],
      ['verify-full', { ca, host: '127.0.0.1' }, 'source-refused'],
      ['verify-full', { host: 'localhost' }, 'source-refused'],
    ])

    test('a check times its stages and says that it is encrypted', async () => {
      const check = await (await opened(server, server.reader, verified)).check()
      expect(checkStatus(check)).toBe('VALID_CONNECTION')
      expect(check.stages.map(({ name, ok }) => [name, ok]).slice(0, 4)).toEqual([
        ['resolve', true],
        ['connect', true],
        ['tls', true],
        ['login', true],
      ])
      expect(check.stages[2]!.detail).toBe('Encrypted (verify-full).')
    })

    test('what ends a statement at the server is encrypted as well, and arrives', async () => {
      const abort = new AbortController()
      const connection = await opened(server, server.reader, { ...verified, signal: abort.signal })
      await world.demandTls?.(true)
      const run = expect(connection.tables.query({ sql: world.sleepSql })).rejects.toMatchObject({ code: 'cancelled' })
      await until(async () => (await world.sleeping()) > 0)
      abort.abort()
      await run
      await until(async () => (await world.sleeping()) === 0)
      if (world.demandTls) expect(await outcome({ tls: 'disable' })).toBe('source-refused')
      await world.demandTls?.(false)
    })
  })

  describe('with the certificate of its address', () => {
    const { ca } = certificates.address
    test('is what the server has now', () => world.certify(certificates.address))
    outcomes([
      ['verify-full', { ca, host: '127.0.0.1' }, 'encrypted'],
      ['verify-full', { ca, host: 'localhost' }, 'source-refused'],
    ])
  })

  describe('with the certificate of another host', () => {
    const { ca } = certificates.elsewhere
    test('is what the server has now', () => world.certify(certificates.elsewhere))
    outcomes([
      ['require', { ca }, 'encrypted'],
      ['verify-ca', { ca, host: 'localhost' }, 'encrypted'],
      ['verify-full', { ca, host: 'localhost' }, 'source-refused'],
    ])

    test('a check fails at TLS and says what to do', async () => {
      const check = await (await opened(server, server.reader, { tls: 'verify-full', ca, host: 'localhost' })).check()
      expect(check.stages.at(-1)).toMatchObject({ name: 'tls', ok: false, hint: expect.stringContaining('host name') })
      expect(checkStatus(check)).toBe('NO_CONNECTION')
    })
  })

  describe('with none', () => {
    test('is what the server has now', () => world.certify(undefined))
    outcomes([
      ['disable', {}, 'plain'],
      ['prefer', {}, 'plain'],
      ['require', {}, 'source-refused'],
      ['verify-full', {}, 'source-refused'],
    ])
  })
}
