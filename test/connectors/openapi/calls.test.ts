import { inspect } from 'node:util'
import { afterEach, describe, expect, it } from 'vitest'
import { type Answered, type HttpServer, type Seen, serveHttp } from '../../support/http-server.ts'
import { documentOf, openApi } from '../../support/open-api.ts'

const servers: HttpServer[] = []
afterEach(async () => {
  for (const server of servers.splice(0)) await server.stop()
})

async function serve(answer: (seen: Seen) => Answered): Promise<HttpServer> {
  const server = await serveHttp((seen) => answer(seen))
  servers.push(server)
  return server
}

const paths = {
  '/echo': {
    get: { operationId: 'echo' },
    post: { operationId: 'send', requestBody: { content: { 'application/json': {} } } },
  },
  '/open': { get: { operationId: 'open' } },
}

async function api(
  answer: (seen: Seen) => Answered,
  auth: object = { type: 'none' },
  credential: Record<string, unknown> = {},
) {
  const server = await serve(answer)
  const opened = await openApi({ spec: documentOf(paths), baseUrl: `${server.origin}/v1`, auth }, { credential })
  const call = (operation = 'echo', input: { parameters?: Record<string, unknown>; body?: unknown } = {}) =>
    opened.operations.call(operation, { parameters: {}, ...input })
  return { server, call, opened }
}

describe('a credential (E21)', () => {
  it.each([
    [{ type: 'apiKey', in: 'header', name: 'X-Key' }, { apiKey: 'sesame-1' }, { 'x-key': 'sesame-1' }, '/v1/echo'],
    [{ type: 'apiKey', in: 'query', name: 'key' }, { apiKey: 'ses ame&1' }, {}, '/v1/echo?key=ses%20ame%261'],
    [
      { type: 'apiKey', in: 'cookie', name: 'session' },
      { apiKey: 'sesame;1' },
      { cookie: 'session=sesame%3B1' },
      '/v1/echo',
    ],
    [
      { type: 'basic' },
      { username: 'ada', password: 'pässword' },
      { authorization: 'Basic YWRhOnDDpHNzd29yZA==' },
      '/v1/echo',
    ],
    [{ type: 'bearer' }, { token: 'abc.def' }, { authorization: 'Bearer abc.def' }, '/v1/echo'],
  ])('is sent as the connector says: %j', async (auth, credential, headers, url) => {
    const { server, call } = await api(() => ({ body: {} }), auth, credential)
    await call()
    expect(server.seen[0]).toMatchObject({ headers, url })
  })

  it.each([
    [{ type: 'apiKey', name: 'k' }, {}],
    [{ type: 'basic' }, {}],
    [{ type: 'bearer' }, {}],
    [{ type: 'bearer' }, { token: 'line\nend-5f1c' }],
    [{ type: 'oauth2', tokenUrl: 'https://a.test' }, { clientId: 'a' }],
  ])('that is missing or cannot be sent is told, and not shown: %j', async (auth, credential) => {
    const { server, call } = await api(() => ({ body: {} }), auth, credential)
    const error = await call().catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ code: 'source-refused', hint: expect.any(String) })
    expect(inspect(error, { depth: 9 })).not.toContain('end-5f1c')
    expect(server.seen).toEqual([])
  })

  it('is in no reply that the server sends it back in', async () => {
    const { call } = await api(
      ({ headers }) => ({ headers: { 'x-back': String(headers.authorization) }, body: { headers } }),
      { type: 'basic' },
      { username: 'ada', password: 'open-sesame' },
    )
    const reply = await call()
    expect(JSON.stringify(reply)).not.toMatch(/open-sesame|YWRhOm9wZW4tc2VzYW1l/)
    expect(reply.body).toMatchObject({ headers: { authorization: 'Basic [secret]' } })
  })
})

describe('OAuth 2', () => {
  const secret = { clientId: 'head gate', clientSecret: 's3cret/+value' }

  async function oauth(
    changes: object,
    answerToken: (seen: Seen, n: number) => Answered,
    answer: (seen: Seen) => Answered = () => ({ body: 1 }),
  ) {
    let tokens = 0
    const server = await serve((seen) => (seen.url === '/token' ? answerToken(seen, ++tokens) : answer(seen)))
    const auth = { type: 'oauth2', tokenUrl: `${server.origin}/token`, scopes: ['a', 'b:c'], ...changes }
    const opened = await openApi({ spec: documentOf(paths), baseUrl: server.origin, auth }, { credential: secret })
    return {
      server,
      call: () => opened.operations.call('echo', { parameters: {} }),
      asked: () => server.seen.filter(({ url }) => url === '/token'),
    }
  }

  it('asks for a token once, and sends it with every call', async () => {
    const { server, call, asked } = await oauth({}, () => ({ body: { access_token: 'tok-1', expires_in: 3600 } }))
    await Promise.all([call(), call()])
    await call()
    expect(asked()).toHaveLength(1)
    expect(asked()[0]).toMatchObject({
      method: 'POST',
      body: 'grant_type=client_credentials&scope=a+b%3Ac',
      headers: { authorization: `Basic ${Buffer.from('head%20gate:s3cret%2F%2Bvalue').toString('base64')}` },
    })
    expect(server.seen.filter(({ url }) => url === '/echo').map(({ headers }) => headers.authorization)).toEqual(
      Array(3).fill('Bearer tok-1'),
    )
  })

  it('sends the client in the body where that is wanted', async () => {
    const { call, asked } = await oauth({ clientAuth: 'body', scopes: undefined }, () => ({
      body: { access_token: 'tok-1' },
    }))
    await call()
    expect(asked()[0]!.body).toBe('grant_type=client_credentials&client_id=head+gate&client_secret=s3cret%2F%2Bvalue')
    expect(asked()[0]!.headers.authorization).toBeUndefined()
  })

  it('asks anew for a token that has ended, and once for one that is refused before its time', async () => {
    const short = await oauth({}, (_, n) => ({ body: { access_token: `tok-${n}`, expires_in: 1 } }))
    await short.call()
    await short.call()
    expect(short.asked()).toHaveLength(2)
    const refusing = await oauth(
      {},
      (_, n) => ({ body: { access_token: `tok-${n}` } }),
      ({ headers }) => ({ status: headers.authorization === 'Bearer tok-1' ? 401 : 200, body: 1 }),
    )
    await refusing.call()
    expect(refusing.asked()).toHaveLength(2)
    const always = await oauth(
      {},
      (_, n) => ({ body: { access_token: `tok-${n}` } }),
      () => ({ status: 401, body: 1 }),
    )
    await expect(always.call()).rejects.toMatchObject({ code: 'source-refused' })
    expect(always.asked()).toHaveLength(2)
  })

  it.each([
    [{ status: 401, body: { error: 'invalid_client' } }, 'source-refused'],
    [{ status: 503, body: {} }, 'source-failed'],
    [{ body: {} }, 'source-failed'],
    [{ body: { access_token: 'a\nb' } }, 'source-failed'],
    [{ body: 'no json' }, 'source-failed'],
    [{ status: 302, headers: { location: 'https://evil.test' }, body: {} }, 'source-refused'],
  ])('tells when no token comes: %j', async (answered, code) => {
    const { call } = await oauth({}, () => answered)
    await expect(call()).rejects.toMatchObject({ code })
  })
})

describe('a call (E21)', () => {
  it('gives status, headers and a body of JSON with every digit', async () => {
    const text = '{"id":9007199254740993,"price":1.10,"big":1e400,"small":0.1,"list":[-0,12345678901234567890.5]}'
    const { call } = await api(() => ({ status: 201, headers: { 'x-answer': 'yes', 'set-cookie': 'a=1' }, body: text }))
    const reply = await call()
    expect(reply).toMatchObject({ status: 201, headers: { 'x-answer': 'yes', 'content-type': 'application/json' } })
    expect(reply.headers).not.toHaveProperty('set-cookie')
    expect(JSON.stringify(reply.body)).toBe(text)
  })

  it('gives a text as text, bytes as base64, and nothing as null', async () => {
    let answered: Answered = {}
    const { call } = await api(() => answered)
    answered = { headers: { 'content-type': 'text/csv' }, body: 'a,b' }
    expect((await call()).body).toBe('a,b')
    answered = { headers: { 'content-type': 'image/png' }, body: 'hi' }
    expect((await call()).body).toBe('aGk=')
    answered = { status: 204 }
    expect(await call()).toMatchObject({ status: 204, body: null })
    answered = { headers: { 'content-type': 'application/problem+json' }, body: 'null' }
    expect((await call()).body).toBeNull()
    answered = { body: '{"cut' }
    await expect(call()).rejects.toMatchObject({ code: 'source-failed' })
    answered = { headers: { 'content-encoding': 'gzip' }, body: 'x' }
    await expect(call()).rejects.toMatchObject({ code: 'source-failed', detail: expect.stringContaining('compresses') })
    answered = { body: JSON.stringify('x'.repeat(5_000_000)) }
    await expect(call()).rejects.toMatchObject({ code: 'too-large' })
  })

  it('that is no success tells status and what the server says, on one line and without the credential', async () => {
    let answered: Answered = {}
    const { call } = await api(() => answered, { type: 'bearer' }, { token: 'open-sesame-9' })
    answered = { status: 404, body: { message: 'Pet not found' } }
    await expect(call()).rejects.toMatchObject({
      code: 'source-failed',
      detail: 'echo answered 404: {"message":"Pet not found"}.',
    })
    answered = {
      status: 500,
      headers: { 'content-type': 'text/plain' },
      body: `a\r\n\u001b[31mopen-sesame-9 ${'x'.repeat(300)}`,
    }
    const error = (await call().catch((thrown: unknown) => thrown)) as { detail: string }
    expect(error.detail).toMatch(/^echo answered 500: a \[31m\[secret\] x{100,200}…\.$/)
    answered = { status: 502, headers: { 'content-type': 'text/html' }, body: '<script>alert(1)</script>' }
    await expect(call()).rejects.toMatchObject({ detail: 'echo answered 502.' })
    answered = { status: 403, body: {} }
    await expect(call()).rejects.toMatchObject({ code: 'source-refused', detail: 'echo answered 403: {}.' })
    answered = { status: 429, headers: { 'retry-after': '7' }, body: '' }
    await expect(call()).rejects.toMatchObject({ code: 'source-failed', retryAfter: 7 })
    answered = { status: 400, body: 'x'.repeat(100_000) }
    await expect(call()).rejects.toMatchObject({ detail: 'echo answered 400.' })
  })

  it('follows a redirect within the origin, and no other (T3)', async () => {
    const other = await serve(() => ({ body: 'stolen' }))
    let location = '/v1/open'
    const { server, call } = await api(
      ({ url }) => (url === '/v1/open' ? { body: '"here"' } : { status: 302, headers: { location } }),
      { type: 'bearer' },
      { token: 'open-sesame-9' },
    )
    expect((await call()).body).toBe('here')
    expect(server.seen.map(({ headers }) => headers.authorization)).toEqual(Array(2).fill('Bearer open-sesame-9'))
    for (const to of [
      `${other.origin}/v1/open`,
      'http://169.254.169.254/latest/meta-data',
      '/v1/echo',
      server.origin.replace('//', '//a:b@'),
    ]) {
      location = to
      await expect(call()).rejects.toMatchObject({ code: 'source-failed', detail: 'echo answered 302.' })
    }
    location = '/v1/open'
    await expect(call('send', { body: {} })).rejects.toMatchObject({ detail: 'send answered 302.' })
    expect(other.seen).toEqual([])
  })
})

describe('the document', () => {
  it('is read anew by each connection, so that a change shows in the next (E22)', async () => {
    let operationId = 'before'
    const server = await serve(() => ({ body: documentOf({ '/a': { get: { operationId } } }) }))
    const config = { specUrl: `${server.origin}/openapi.json` }
    const first = await openApi(config)
    expect((await first.operations.list())[0]!.id).toBe('before')
    operationId = 'after'
    const second = await openApi(config)
    expect((await second.operations.list())[0]!.id).toBe('after')
    expect((await first.operations.list())[0]!.id).toBe('before')
    expect(server.seen).toHaveLength(2)
  })

  it('is asked for with the credential at the origin of the API alone', async () => {
    const server = await serve(() => ({ body: documentOf({}) }))
    const auth = { type: 'bearer' }
    const specUrl = `${server.origin}/openapi.json`
    for (const origin of ['https://api.test', server.origin])
      await (await openApi({ specUrl, auth, origin }, { credential: { token: 'tok-1' } })).operations.list()
    expect(server.seen.map(({ headers }) => headers.authorization)).toEqual([undefined, 'Bearer tok-1'])
  })

  it('may be YAML, and must be there', async () => {
    const server = await serve(({ url }) =>
      url === '/a.yaml' ? { body: 'openapi: 3.0.3\npaths:\n  /a:\n    get: {}' } : { status: 404, body: {} },
    )
    expect(await (await openApi({ specUrl: `${server.origin}/a.yaml` })).operations.list()).toHaveLength(1)
    const missing = await openApi({ specUrl: `${server.origin}/b.yaml` })
    await expect(missing.operations.list()).rejects.toMatchObject({ detail: 'The OpenAPI document answered 404: {}.' })
    expect(await missing.check()).toMatchObject({
      stages: [
        { name: 'resolve', ok: true },
        { name: 'connect', ok: true },
        { name: 'sample', ok: false },
      ],
    })
  })
})

describe('a check', () => {
  it('warns where nothing proves the credential, and where a list fails for other reasons', async () => {
    const list = {
      get: {
        operationId: 'list',
        responses: { 200: { content: { 'application/json': { schema: { type: 'array' } } } } },
      },
    }
    const server = await serve(() => ({ status: 500, body: {} }))
    const config = { baseUrl: server.origin, auth: { type: 'bearer' } }
    const credential = { token: 'tok-1' }
    const bare = await (await openApi({ ...config, spec: documentOf({}) }, { credential })).check()
    expect(bare.stages.every(({ ok }) => ok)).toBe(true)
    expect(bare.warnings.join()).toMatch(/not proven.*unencrypted/)
    const failing = await (await openApi({ ...config, spec: documentOf({ '/l': list }) }, { credential })).check()
    expect(failing.stages.every(({ ok }) => ok)).toBe(true)
    expect(failing.warnings[0]).toBe('list, tried without arguments, answered 500.')
  })
})
