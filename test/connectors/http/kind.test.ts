import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { gzipSync } from 'node:zlib'
import { afterAll, describe, expect, it } from 'vitest'
import kind from '../../../shared/connectors/http/kind.ts'
import { checkStatus } from '../../../shared/domain/check.ts'
import { Secret } from '../../../shared/domain/secret.ts'
import { describeConnector } from '../../contract/connector.ts'
import { closedPort } from '../../support/closed-port.ts'
import { countingEgress } from '../../support/counting-egress.ts'
import { treeFiles } from '../../support/file-tree.ts'
import { showRows } from '../../support/rows.ts'

const egress = countingEgress()
const { signal } = new AbortController()

async function serve(answer: (request: IncomingMessage, response: ServerResponse, url: URL) => void): Promise<string> {
  const server = createServer((request, response) => answer(request, response, new URL(request.url!, 'http://x')))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  afterAll(() => {
    server.closeAllConnections()
    server.close()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

/** Files with ranges and ETags, for who has the password. */
const password = 'pässword-6f21'
const files = await serve((request, response, url) => {
  if (request.headers.authorization !== `Basic ${Buffer.from(`reader:${password}`).toString('base64')}`)
    return response.writeHead(401).end(`No entry with ${request.headers.authorization}`)
  const bytes = treeFiles[decodeURIComponent(url.pathname.slice(1))]
  if (!bytes) return response.writeHead(404).end()
  const [, first, last] = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? '') ?? []
  const headers = { etag: '"one"', 'last-modified': 'Sun, 01 Mar 2026 00:00:00 GMT', 'accept-ranges': 'bytes' }
  if (first === undefined) return response.writeHead(200, { ...headers, 'content-length': bytes.length }).end(bytes)
  if (Number(first) >= bytes.length) return response.writeHead(416).end()
  const part = bytes.subarray(Number(first), Number(last) + 1)
  const range = `bytes ${first}-${Number(first) + part.length - 1}/${bytes.length}`
  response.writeHead(206, { ...headers, 'content-range': range, 'content-length': part.length }).end(part)
})

describeConnector(kind, async () => ({
  config: { url: `${files}/large.bin`, auth: { type: 'basic' } },
  credential: { username: 'reader', password },
  wrongCredential: { username: 'reader', password: 'another-pässword-1c5e' },
  nobodyThere: { url: `http://127.0.0.1:${await closedPort()}/large.bin`, auth: { type: 'basic' } },
  secretText: password,
  egress,
  openAtSource: async () => egress.open(),
  objects: { keys: ['large.bin'], prefix: 'foo', large: 'large.bin', selection: { parse: 'none' } },
}))

const open = (url: string, auth: object = { type: 'none' }, credential: object = {}) =>
  kind.open({
    config: kind.config.parse({ url, auth }),
    credential: new Secret(kind.credential.parse(credential)),
    egress,
    signal,
  })
const read = async (connection: Awaited<ReturnType<typeof open>>, key: string, range?: readonly [number, number]) =>
  Buffer.concat(await Array.fromAsync(await connection.objects.read(key, range))).toString()

describe('a URL of many files', () => {
  it('is gone on from by path, or has the path put in', async () => {
    const asked: string[] = []
    const echo = await serve((request, response) => {
      asked.push(request.url!)
      response.end(request.url)
    })
    expect(await read(await open(`${echo}/data/?v=1`), 'ü/a b.csv')).toBe('/data/%C3%BC/a%20b.csv?v=1')
    expect(await read(await open(`${echo}/get?file={path}&x=1`), 'a&b/c')).toBe('/get?file=a%26b/c&x=1')
    const connection = await open(`${echo}/data/`)
    for (const key of ['../x', 'a/../../x', 'a//b'])
      await expect(read(connection, key)).rejects.toMatchObject({ code: 'invalid-request' })
    await expect(connection.objects.list({ prefix: '', limit: 1 })).rejects.toMatchObject({ code: 'not-offered' })
    await expect(connection.plan({ parse: 'auto' })).rejects.toMatchObject({ code: 'invalid-request' })
    expect(checkStatus(await connection.check())).toBe('VALID_CONNECTION')
    expect(asked.every((url) => url.startsWith('/data') || url.startsWith('/get'))).toBe(true)
  })
})

describe('the login at a URL', () => {
  it('is sent as configured, and to no other origin', async () => {
    const seen: (string | undefined)[] = []
    const other = await serve((request, response) => {
      seen.push(request.headers['x-key'] as string, request.headers.authorization, request.url)
      response.end('elsewhere')
    })
    const origin = await serve((request, response, url) => {
      if (url.pathname === '/away.csv') return response.writeHead(302, { location: `${other}/taken` }).end()
      response.end(`${request.headers.authorization} ${request.headers['x-key']} ${url.search}`)
    })
    expect(await read(await open(`${origin}/a`, { type: 'bearer' }, { token: 't' }), 'a')).toContain('Bearer t')
    const key = { type: 'apiKey', name: 'X-Key' }
    expect(await read(await open(`${origin}/a`, key, { apiKey: 'k1' }), 'a')).toContain('k1')
    expect(await read(await open(`${origin}/a?b=1`, { ...key, in: 'query' }, { apiKey: 'k&2' }), 'a')).toContain(
      '?b=1&X-Key=k%262',
    )
    expect(await read(await open(`${origin}/away.csv`, key, { apiKey: 'k1' }), 'away.csv')).toBe('elsewhere')
    expect(seen).toEqual([undefined, undefined, '/taken'])
    const cookie = { type: 'apiKey', name: 'sid', in: 'cookie' }
    const baker = await serve((request, response) => response.end(request.headers.cookie))
    expect(await read(await open(`${baker}/a`, cookie, { apiKey: 'k;3' }), 'a')).toBe('sid=k%3B3')
  })

  it('may be a token that a client gets, once, and anew where it is refused before its time', async () => {
    let given = 0
    let refused = ''
    const asked: (string | undefined)[] = []
    const origin = await serve((request, response, url) => {
      if (url.pathname !== '/token') {
        const isTaken = request.headers.authorization === `Bearer tok-${given}` && refused !== `tok-${given}`
        return response.writeHead(isTaken ? 200 : 401).end('rows')
      }
      asked.push(request.headers.authorization)
      given++
      response.setHeader('content-type', 'application/json')
      response.end(JSON.stringify({ access_token: `tok-${given}`, expires_in: 3600 }))
    })
    const auth = { type: 'oauth2', tokenUrl: `${origin}/token`, scopes: ['files'] }
    const client = { clientId: 'head', clientSecret: 'gate-secret' }
    const connection = await open(`${origin}/a.txt`, auth, client)
    expect([await read(connection, 'a.txt'), await read(connection, 'a.txt')]).toEqual(['rows', 'rows'])
    expect(asked).toEqual([`Basic ${Buffer.from('head:gate-secret').toString('base64')}`])
    refused = 'tok-1'
    expect(await read(connection, 'a.txt')).toBe('rows')
    expect(given).toBe(2)
    expect(checkStatus(await connection.check())).toBe('VALID_CONNECTION')
  })

  it('is told as missing by the stage that needs it', async () => {
    const origin = await serve((_, response) => response.end('rows'))
    for (const auth of [
      { type: 'bearer' },
      { type: 'apiKey', name: 'X-Key' },
      { type: 'oauth2', tokenUrl: `${origin}/token` },
    ]) {
      const connection = await open(`${origin}/a.txt`, auth)
      await expect(read(connection, 'a.txt')).rejects.toMatchObject({ code: 'source-refused' })
      const check = await connection.check()
      expect(check.stages.at(-1)).toMatchObject({ name: 'login', ok: false, hint: expect.any(String) })
      expect(checkStatus(check)).toBe('BAD_CREDENTIALS')
    }
  })
})

describe('a web server that does not do everything', () => {
  it('may know no HEAD, no ranges, no size and no version', async () => {
    const plain = await serve((request, response) => {
      if (request.method === 'HEAD') return response.writeHead(405).end()
      response.write('0123')
      response.end('456789')
    })
    const connection = await open(`${plain}/a.txt`)
    expect(await connection.objects.describe('a.txt')).toMatchObject({ size: null, etag: null, modified: null })
    expect(await read(connection, 'a.txt', [3, 6])).toBe('345')
    expect(await read(connection, 'a.txt', [8, 60])).toBe('89')
    expect(await connection.fingerprint!({ parse: 'none' })).toBeNull()
  })

  it('may pack what it sends', async () => {
    const packing = await serve((_, response) => {
      const bytes = gzipSync('id\n1\n')
      response.writeHead(200, { 'content-encoding': 'gzip', 'content-length': bytes.length }).end(bytes)
    })
    const connection = await open(`${packing}/a.csv`)
    expect(await read(connection, 'a.csv')).toBe('id\n1\n')
    expect((await connection.objects.describe('a.csv')).size).toBeNull()
  })

  it('is told by a fault, and what it says is in none', async () => {
    const answers: readonly [(response: ServerResponse) => void, RegExp][] = [
      [(response) => response.writeHead(403).end('the token is t-6f21'), /source-refused/],
      [(response) => response.writeHead(500).end('the token is t-6f21'), /source-failed/],
      [(response) => response.writeHead(429).end(), /source-timeout/],
      [
        (response) => response.writeHead(302, { location: 'http://169.254.169.254/latest' }).end(),
        /address-not-allowed/,
      ],
      [(response) => response.writeHead(302, { location: 'file:///etc/passwd' }).end(), /address-not-allowed/],
      [(response) => response.writeHead(302, { location: '/loop' }).end(), /source-failed/],
      [(response) => response.destroy(), /source-/],
      [(response) => response.writeHead(200, { 'content-encoding': 'br' }).end('x'), /not-offered/],
    ]
    for (const [answer, code] of answers) {
      const connection = await open(
        `${await serve((_, response) => answer(response))}/a`,
        { type: 'bearer' },
        { token: 't-6f21' },
      )
      const fault = await read(connection, 'a').then(
        () => ({ code: 'none' }),
        (error: unknown) => error as Error & { code: string },
      )
      expect(fault.code, answer.toString()).toMatch(code)
      expect(`${fault} ${(fault as Error).cause}`).not.toContain('t-6f21')
    }
  })

  it('cannot end a file early', async () => {
    const short = await serve((_, response) => {
      response.writeHead(200, { 'content-length': 1000 }).write('x'.repeat(500))
      setTimeout(() => response.destroy(), 50)
    })
    await expect(read(await open(`${short}/a`), 'a')).rejects.toMatchObject({ code: expect.stringMatching(/source-/) })
  })
})

describe('a datasource of a URL', () => {
  it('has the rows of the file, and a fingerprint by its version', async () => {
    let version = 1
    const csv = await serve((_, response) => {
      const text = `id,name\n${version},x\n`
      response.writeHead(200, { etag: `"${version}"`, 'content-length': text.length }).end(text)
    })
    const connection = await open(`${csv}/a.csv`)
    const selection = kind.selection.parse({})
    const first = await connection.fingerprint!(selection)
    const extract = await connection.extract(selection, (await connection.plan(selection))[0])
    expect(extract.shape === 'rows' && (await showRows(extract))).toEqual([['1', 'x']])
    expect(await connection.fingerprint!(selection)).toBe(first)
    version = 2
    expect(await connection.fingerprint!(selection)).not.toBe(first)
  })
})
