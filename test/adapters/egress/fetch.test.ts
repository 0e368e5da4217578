import { once } from 'node:events'
import { createServer, type IncomingMessage, type RequestListener } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import { type AddressInfo, createServer as createTcpServer, type Server } from 'node:net'
import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import { afterEach, beforeAll, describe, expect, it } from 'vitest'
import { parseAllow } from '../../../shared/adapters/egress/allow.ts'
import { createEgress } from '../../../shared/adapters/egress.ts'
import type { Egress } from '../../../shared/connectors/kind.ts'
import { hasOpenssl, makeCertificate } from '../../support/certificates.ts'

const servers: Server[] = []
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.close()
    if ('closeAllConnections' in server) (server.closeAllConnections as () => void)()
  }
})

async function listen<S extends Server>(server: S): Promise<number> {
  servers.push(server)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return (server.address() as AddressInfo).port
}

const serve = async (listener: RequestListener): Promise<{ at: string; egress: Egress }> => {
  const port = await listen(createServer(listener))
  return { at: `http://127.0.0.1:${port}`, egress: createEgress({ allow: parseAllow('localhost:*') }) }
}

async function textOf(request: IncomingMessage): Promise<string> {
  let text = ''
  for await (const chunk of request) text += chunk
  return text
}

describe('fetch', () => {
  it('sends method, headers and body, and gives status, headers and body', async () => {
    const { at, egress } = await serve(async (request, response) => {
      response.writeHead(201, 'Made', { 'x-answer': 'yes', 'set-cookie': ['a=1', 'b=2'] })
      response.end(JSON.stringify([request.method, request.url, request.headers['x-ask'], await textOf(request)]))
    })
    const url = new URL(`${at}/path?q=1#part`)
    const response = await egress.fetch(url, { method: 'POST', headers: { 'x-ask': 'now' }, body: 'grüße' })
    expect([response.status, response.statusText, response.headers.get('x-answer')]).toEqual([201, 'Made', 'yes'])
    expect(response.headers.getSetCookie()).toEqual(['a=1', 'b=2'])
    expect(await response.json()).toEqual(['POST', '/path?q=1', 'now', 'grüße'])
    expect(response.url).toBe(url.href)
  })

  it('gives the length of a body that it has, and streams one that it has not', async () => {
    const { at, egress } = await serve(async (request, response) => {
      const { 'content-length': length, 'transfer-encoding': coding } = request.headers
      response.end(JSON.stringify([length, coding, (await textOf(request)).length]))
    })
    const put = async (body: unknown) =>
      (await egress.fetch(new URL(at), { method: 'PUT', body: body as Uint8Array<ArrayBuffer> })).json()
    async function* pieces() {
      for (let i = 0; i < 100; i++) yield new Uint8Array(10_000).fill(65)
    }
    expect(await put(new Uint8Array(7))).toEqual(['7', null, 7])
    expect(await put(new URLSearchParams({ a: 'b' }))).toEqual(['3', null, 3])
    expect(await put(pieces())).toEqual([null, 'chunked', 1_000_000])
    expect(await put(ReadableStream.from(pieces()))).toEqual([null, 'chunked', 1_000_000])
  })

  it.each([204, 205, 304])('gives no body with %i', async (status) => {
    const { at, egress } = await serve((_, response) => response.writeHead(status).end())
    const response = await egress.fetch(new URL(at))
    expect([response.status, response.body]).toEqual([status, null])
  })

  it('pulls the body no faster than it is read, and hangs up when its reader does', async () => {
    let sent = 0
    const closed = Promise.withResolvers<void>()
    const { at, egress } = await serve(async (request, response) => {
      request.socket.once('close', () => closed.resolve())
      while (!response.destroyed) {
        sent += 65_536
        if (!response.write(Buffer.alloc(65_536))) await Promise.race([once(response, 'drain'), closed.promise])
      }
    })
    const response = await egress.fetch(new URL(at))
    const reader = response.body!.getReader()
    await reader.read()
    await new Promise((resolve) => setTimeout(resolve, 100))
    expect(sent).toBeLessThan(20 * 2 ** 20)
    await reader.cancel()
    await closed.promise
  })

  it('hangs up when the body is cancelled before it is read', async () => {
    const closed = Promise.withResolvers<void>()
    const { at, egress } = await serve((request, response) => {
      request.socket.once('close', () => closed.resolve())
      response.write('never ends')
    })
    await (await egress.fetch(new URL(at))).body!.cancel()
    await closed.promise
  })

  it('ends with the reason of its signal, before the answer and within it', async () => {
    const { at, egress } = await serve((request, response) => {
      if (request.url === '/body') response.write('never ends')
    })
    const reason = new Error('the caller left')
    const early = new AbortController()
    const asked = egress.fetch(new URL(`${at}/`), { signal: early.signal })
    setTimeout(() => early.abort(reason), 30)
    await expect(asked).rejects.toBe(reason)
    const late = new AbortController()
    const response = await egress.fetch(new URL(`${at}/body`), { signal: late.signal })
    setTimeout(() => late.abort(reason), 30)
    await expect(response.text()).rejects.toBe(reason)
    await expect(egress.fetch(new URL(at), { signal: late.signal })).rejects.toBe(reason)
  })

  it('does not take a login in the URL, nor a scheme that is not HTTP', async () => {
    const egress = createEgress({ allow: parseAllow('localhost:*') })
    await expect(egress.fetch(new URL('http://user:secret@127.0.0.1/'))).rejects.toMatchObject({
      code: 'invalid-request',
    })
    for (const url of ['file:///etc/passwd', 'ftp://93.184.216.34/', 'data:,x', 'gopher://93.184.216.34/'])
      await expect(egress.fetch(new URL(url))).rejects.toMatchObject({ code: 'address-not-allowed' })
    await expect(egress.fetch(new URL('http://127.0.0.1:0/'))).rejects.toMatchObject({ code: 'address-not-allowed' })
  })

  it('uses no proxy of the environment', async () => {
    const { at, egress } = await serve((_, response) => response.end('direct'))
    process.env.HTTP_PROXY = process.env.http_proxy = 'http://127.0.0.1:1'
    try {
      expect(await (await egress.fetch(new URL(at))).text()).toBe('direct')
    } finally {
      delete process.env.HTTP_PROXY
      delete process.env.http_proxy
    }
  })

  it.each([
    ['hangs up', ''],
    ['speaks something else', 'SSH-2.0-OpenSSH_9.2\r\n'],
    ['answers a status that is none', 'HTTP/1.1 999 Odd\r\ncontent-length: 0\r\n\r\n'],
    ['sends headers without end', `HTTP/1.1 200 OK\r\nx: ${'x'.repeat(200_000)}\r\n\r\n`],
  ])('tells a fault where the server %s', async (_, text) => {
    const port = await listen(createTcpServer((socket) => socket.on('error', () => {}).end(text)))
    const egress = createEgress({ allow: parseAllow('localhost:*') })
    await expect(egress.fetch(new URL(`http://127.0.0.1:${port}`))).rejects.toMatchObject({ code: 'source-failed' })
  })

  it('tells a fault where the server breaks off within the body', async () => {
    const text = 'HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nshort'
    const port = await listen(createTcpServer((socket) => socket.once('data', () => socket.end(text))))
    const egress = createEgress({ allow: parseAllow('localhost:*') })
    const response = await egress.fetch(new URL(`http://127.0.0.1:${port}`))
    await expect(response.text()).rejects.toMatchObject({ code: 'source-failed' })
  })

  it('gives up a server that falls silent, before the answer and within it', async () => {
    const { at } = await serve((request, response) => {
      if (request.url === '/body') response.write('never ends')
    })
    const egress = createEgress({ allow: parseAllow('localhost:*'), idleTimeoutMs: 50 })
    await expect(egress.fetch(new URL(`${at}/`))).rejects.toMatchObject({ code: 'source-timeout' })
    const response = await egress.fetch(new URL(`${at}/body`))
    await new Promise((resolve) => setTimeout(resolve, 120))
    await expect(response.text()).rejects.toMatchObject({ code: 'source-timeout' })
  })
})

describe('a redirect', () => {
  const seen: { url: string; method: string; headers: IncomingMessage['headers']; body: string }[] = []
  const redirecting = async (status: number, location: (hop: number) => string) => {
    seen.length = 0
    return serve(async (request, response) => {
      seen.push({ url: request.url!, method: request.method!, headers: request.headers, body: await textOf(request) })
      response.writeHead(status, { location: location(seen.length) }).end()
    })
  }

  it.each([301, 302, 303, 307, 308])('of %i is an answer unless following is asked for', async (status) => {
    const { at, egress } = await redirecting(status, () => '/next')
    for (const redirect of [undefined, 'manual'] as const) {
      const response = await egress.fetch(new URL(at), redirect === undefined ? {} : { redirect })
      expect([response.status, response.headers.get('location')]).toEqual([status, '/next'])
    }
    await expect(egress.fetch(new URL(at), { redirect: 'error' })).rejects.toMatchObject({ code: 'source-failed' })
    expect(seen.map(({ url }) => url)).toEqual(['/', '/', '/'])
  })

  it.each([301, 302, 303, 307, 308])('of %i is followed three times at most', async (status) => {
    const { at, egress } = await redirecting(status, (hop) => `/${hop}`)
    await expect(egress.fetch(new URL(at), { redirect: 'follow' })).rejects.toMatchObject({ code: 'source-failed' })
    expect(seen.map(({ url }) => url)).toEqual(['/', '/1', '/2', '/3'])
  })

  it('at the same origin keeps what was sent along', async () => {
    const { at, egress } = await serve((request, response) => {
      if (request.url === '/') response.writeHead(302, { location: '/there' }).end()
      else response.end(String(request.headers.authorization))
    })
    const response = await egress.fetch(new URL(at), { redirect: 'follow', headers: { authorization: 'Bearer t' } })
    expect(await response.text()).toBe('Bearer t')
    expect(response.url).toBe(`${at}/there`)
  })

  it.each([301, 302, 303, 307, 308])('of %i takes no credential to another origin', async (status) => {
    const other = await serve((request, response) => response.end(JSON.stringify(request.headers)))
    const { at, egress } = await redirecting(status, () => `${other.at.replace('://', '://user:pass@')}/`)
    const headers = {
      authorization: 'Bearer t',
      cookie: 'c',
      'x-api-key': 'k',
      'proxy-authorization': 'p',
      accept: 'a/b',
    }
    const response = await egress.fetch(new URL(at), { redirect: 'follow', headers })
    const arrived = (await response.json()) as Record<string, string>
    expect(arrived).toMatchObject({ accept: 'a/b', host: new URL(other.at).host })
    for (const name of ['authorization', 'cookie', 'x-api-key', 'proxy-authorization'])
      expect(arrived).not.toHaveProperty(name)
  })

  it.each([
    [303, 'POST', 'GET'],
    [303, 'PUT', 'GET'],
    [303, 'HEAD', 'HEAD'],
    [302, 'POST', 'GET'],
    [301, 'POST', 'GET'],
    [307, 'DELETE', 'DELETE'],
  ])('of %i makes %s into %s, without the body', async (status, method, then) => {
    const { at, egress } = await redirecting(status, () => '/next')
    const body = method === 'POST' || method === 'PUT' ? { body: 'text' } : {}
    await egress.fetch(new URL(at), { redirect: 'follow', method, ...body }).catch(() => {})
    expect(seen[1]).toMatchObject({ method: then, body: '' })
    expect(seen[1]!.headers).not.toHaveProperty('content-type')
  })

  it.each([
    [307, 'POST'],
    [308, 'POST'],
    [301, 'PUT'],
    [302, 'PATCH'],
  ])('of %i sends the body of a %s to nobody else', async (status, method) => {
    const { at, egress } = await redirecting(status, () => '/next')
    await expect(egress.fetch(new URL(at), { redirect: 'follow', method, body: 'text' })).rejects.toMatchObject({
      code: 'source-failed',
    })
    expect(seen).toHaveLength(1)
  })

  it.each([
    ['https://127.0.0.1/', 'source-failed'],
    ['file:///etc/passwd', 'address-not-allowed'],
    ['javascript:1', 'address-not-allowed'],
    ['http://[', 'source-failed'],
    ['http://169.254.169.254/latest/meta-data/', 'address-not-allowed'],
  ])('to %s is the fault %s', async (location, code) => {
    const { at, egress } = await redirecting(302, () => location)
    await expect(egress.fetch(new URL(at), { redirect: 'follow' })).rejects.toMatchObject({ code })
  })
})

describe.skipIf(!hasOpenssl)('fetch over TLS (skipped without the openssl command)', () => {
  let certificate: ReturnType<typeof makeCertificate>
  beforeAll(() => {
    certificate = makeCertificate(['DNS:localhost', 'IP:127.0.0.1'])
  })

  const serveTls = async (of = certificate): Promise<number> =>
    listen(
      createTlsServer(of, (request, response) =>
        response.end(JSON.stringify([request.headers.host, (request.socket as { servername?: string }).servername])),
      ),
    )

  async function trusting<T>(run: () => Promise<T>, ca = certificate.ca): Promise<T> {
    const before = getCACertificates('default')
    setDefaultCACertificates([...before, ca])
    try {
      return await run()
    } finally {
      setDefaultCACertificates(before)
    }
  }

  it('verifies the certificate against the host of the URL', async () => {
    const port = await serveTls()
    const egress = createEgress({ allow: parseAllow('localhost:*') })
    await trusting(async () => {
      const byName = await egress.fetch(new URL(`https://localhost:${port}`))
      expect(await byName.json()).toEqual([`localhost:${port}`, 'localhost'])
      const byAddress = await egress.fetch(new URL(`https://127.0.0.1:${port}`))
      expect(await byAddress.json()).toEqual([`127.0.0.1:${port}`, false])
    })
  })

  it('takes no certificate of another host, nor of an unknown authority, whatever the environment says', async () => {
    const port = await serveTls()
    const lookup = async () => [{ address: '127.0.0.1', family: 4 }]
    const egress = createEgress({ allow: parseAllow('127.0.0.1:*'), lookup })
    process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0'
    try {
      await expect(egress.fetch(new URL(`https://localhost:${port}`))).rejects.toMatchObject({
        code: 'source-failed',
        detail: expect.stringMatching(/SELF_SIGNED|UNABLE_TO/),
      })
      await trusting(() =>
        expect(egress.fetch(new URL(`https://other.example:${port}`))).rejects.toMatchObject({
          code: 'source-failed',
          detail: expect.stringContaining('ERR_TLS_CERT_ALTNAME_INVALID'),
        }),
      )
    } finally {
      delete process.env.NODE_TLS_REJECT_UNAUTHORIZED
    }
  })

  it('takes no certificate of a name for an address', async () => {
    const named = makeCertificate(['DNS:localhost'])
    const port = await serveTls(named)
    const egress = createEgress({ allow: parseAllow('localhost:*') })
    await trusting(async () => {
      expect((await egress.fetch(new URL(`https://localhost:${port}`))).status).toBe(200)
      await expect(egress.fetch(new URL(`https://127.0.0.1:${port}`))).rejects.toMatchObject({ code: 'source-failed' })
    }, named.ca)
  })

  it('gives up a handshake that nobody answers, and one that is aborted', async () => {
    const port = await listen(createTcpServer((socket) => socket.on('error', () => {}).resume()))
    const url = new URL(`https://127.0.0.1:${port}`)
    const hasty = createEgress({ allow: parseAllow('localhost:*'), timeoutMs: 60 })
    await expect(hasty.fetch(url)).rejects.toMatchObject({ code: 'source-timeout' })
    const reason = new Error('the caller left')
    const abort = new AbortController()
    setTimeout(() => abort.abort(reason), 30)
    const patient = createEgress({ allow: parseAllow('localhost:*') })
    await expect(patient.fetch(url, { signal: abort.signal })).rejects.toBe(reason)
  })

  it('tells a fault where the server does not speak TLS', async () => {
    const port = await listen(createTcpServer((socket) => socket.on('error', () => {}).end('220 hello\r\n')))
    const egress = createEgress({ allow: parseAllow('localhost:*') })
    await expect(egress.fetch(new URL(`https://127.0.0.1:${port}`))).rejects.toMatchObject({ code: 'source-failed' })
  })
})
