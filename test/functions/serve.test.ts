import type { APIGatewayProxyEvent as Event, APIGatewayProxyResult as Result } from 'aws-lambda'
import { describe, expect, it, vi } from 'vitest'
import * as z from 'zod'
import { serve } from '../../functions/stack.ts'
import { type Input, operation } from '../../shared/api/operation.ts'
import { bodyLimit } from '../../shared/api/perform.ts'
import { Fault } from '../../shared/domain/faults.ts'
import { apiEvent, context, type EventOptions, logged } from './event.ts'

vi.mock('../../functions/world/audit.ts', () => ({ audit: () => async () => {} }))

const echo = operation({
  method: 'POST',
  path: '/v1/sources/{source}/objects/{key+}',
  tag: 'Test',
  summary: 'Say what arrived',
  role: 'viewer',
  needs: {},
  params: z.strictObject({ source: z.string(), key: z.string() }),
  query: z.strictObject({ search: z.string().optional() }),
  body: z.strictObject({ text: z.string() }).optional(),
  reply: z.record(z.string(), z.unknown()),
  faults: [],
})

type EchoInput = Input<typeof echo> & { readonly body?: { readonly text: string } }

const echoing = serve(
  echo,
  async (_world, input) => {
    const { source, key, search, body, caller, requestId } = input as EchoInput
    return { body: { source, key, search, body, caller, requestId } }
  },
  () => ({}),
)

const failing = (fail: (signal: AbortSignal) => Promise<never>, needs: 'none' | 'sources' = 'none') =>
  serve(
    { ...echo, needs: needs === 'sources' ? ({ sources: 'open' } as const) : {} } as unknown as typeof echo,
    async (_world, { signal }) => fail(signal),
    () => ({}),
  )

type Handler = (event: Event, context: ReturnType<typeof apiContext>) => Promise<unknown>
const apiContext = context

/** What the handler answers, and what it logs while it does. */
async function call(handler: Handler, target: string, options: EventOptions = {}, leftMs?: number) {
  let result: Result | undefined
  const log = await logged(async () => {
    result = (await handler(apiEvent('POST', target, options), apiContext(leftMs))) as Result
  })
  const { statusCode: status, headers, body } = result!
  return { status, headers: headers as Record<string, string>, json: body === '' ? undefined : JSON.parse(body), log }
}

const at = (path: string) => `/v1/sources/${path}`
const plain = at('a/objects/b')

describe('a function that answers with JSON', () => {
  it('gives the operation its path, query, body and caller, and answers under the request id', async () => {
    const { status, headers, json } = await call(echoing, `${at('lab/objects/x.csv')}?search=a+b%20c`, {
      body: '{"text":"hello"}',
      headers: { 'Content-Type': 'application/json' },
      caller: 'grace',
      role: 'editor',
    })
    expect(status).toBe(200)
    expect(headers).toEqual({
      'content-type': 'application/json',
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      'strict-transport-security': 'max-age=31536000',
      'x-request-id': 'request-1',
    })
    expect(json).toEqual({
      source: 'lab',
      key: 'x.csv',
      search: 'a b c',
      body: { text: 'hello' },
      caller: { id: 'grace', role: 'editor' },
      requestId: 'request-1',
    })
  })

  it.each([
    ['lab/objects/a/b/c', 'lab', 'a/b/c'],
    ['lab/objects/a%2Fb', 'lab', 'a/b'],
    ['lab/objects/100%25', 'lab', '100%'],
    ['lab/objects/%252F', 'lab', '%2F'],
    ['lab/objects/%C3%A4%20%F0%9F%A6%89', 'lab', 'ä 🦉'],
    ['a%2Fb/objects/c', 'a/b', 'c'],
    ['lab/objects/folder/', 'lab', 'folder/'],
    ['lab/objects/v1/sources/lab/objects/x', 'lab', 'v1/sources/lab/objects/x'],
    ['a+b/objects/c+d', 'a+b', 'c+d'],
  ])('decodes the parts of the path %s once', async (path, source, key) => {
    expect((await call(echoing, at(path))).json).toMatchObject({ source, key })
  })

  it('finds its path behind the base path of a custom domain', async () => {
    const event = apiEvent('POST', plain)
    const result = (await echoing({ ...event, path: '/team/data/sources/a/objects/b' }, context())) as Result
    expect(JSON.parse(result.body)).toMatchObject({ source: 'a', key: 'b' })
  })

  it.each([
    ['a broken percent-encoding', 'lab/objects/%zz', {}, 400, 'invalid-request'],
    ['a parameter given twice', 'a/objects/b?search=1&search=2', {}, 400, 'invalid-request'],
    ['a parameter that is not known', 'a/objects/b?limt=1', {}, 400, 'invalid-request'],
    ['a body that is not JSON', 'a/objects/b', { body: '{' }, 400, 'invalid-request'],
    [
      'a body that is not UTF-8',
      'a/objects/b',
      { body: Buffer.from([0xff]).toString('base64'), isBase64Encoded: true },
      400,
      'invalid-request',
    ],
    ['a body that is too large', 'a/objects/b', { body: ' '.repeat(bodyLimit + 1) }, 413, 'too-large'],
    [
      'an encoded body that is too large',
      'a/objects/b',
      { body: Buffer.alloc(bodyLimit + 10).toString('base64'), isBase64Encoded: true },
      413,
      'too-large',
    ],
    ['a body of another type', 'a/objects/b', { body: 'x', headers: { 'CONTENT-TYPE': 'text/plain' } }, 415],
    ['nobody signed in', 'a/objects/b', { role: null }, 401, 'unauthenticated'],
  ] as const)('explains %s', async (_what, path, options, status, code?: string) => {
    const reply = await call(echoing, at(path), options)
    expect(reply.status).toBe(status)
    expect(reply.headers['content-type']).toBe('application/problem+json')
    expect(reply.headers['x-request-id']).toBe('request-1')
    expect(reply.json).toMatchObject({ status, requestId: 'request-1', ...(code && { code }) })
  })

  it('takes a body in base64', async () => {
    const body = Buffer.from('{"text":"ä 🦉"}').toString('base64')
    expect((await call(echoing, plain, { body, isBase64Encoded: true })).json.body).toEqual({ text: 'ä 🦉' })
  })

  it('refuses a role that the operation does not admit', async () => {
    const admins = serve(
      { ...echo, role: 'admin' },
      async () => ({ body: {} }),
      () => ({}),
    )
    expect((await call(admins, plain, { role: 'editor' })).json.code).toBe('forbidden')
  })

  it('answers too-large where Lambda would not carry the answer', async () => {
    const large = (size: number) =>
      serve(
        echo,
        async () => ({ body: { text: '"'.repeat(size) } }),
        () => ({}),
      )
    expect((await call(large(1_200_000), plain)).status).toBe(200)
    expect((await call(large(2_000_000), plain)).json.code).toBe('too-large')
  })
})

describe('a function that runs out of time', () => {
  const hanging = (cleanedUp: string[], needs?: 'sources') =>
    failing(
      (signal) =>
        new Promise((_resolve, reject) => {
          signal.addEventListener('abort', () =>
            setTimeout(() => {
              cleanedUp.push('closed')
              reject(signal.reason)
            }, 20),
          )
        }),
      needs,
    )

  it('aborts its work, lets it clean up, and says so before Lambda ends it', async () => {
    const cleanedUp: string[] = []
    const { status, json } = await call(hanging(cleanedUp, 'sources'), plain, {}, 1_600)
    expect([status, json.code]).toEqual([504, 'source-timeout'])
    expect(cleanedUp).toEqual(['closed'])
  })

  it('asks to be called again where no source is to blame', async () => {
    const { headers, json } = await call(hanging([]), plain, {}, 1_600)
    expect([json.code, headers['retry-after']]).toEqual(['busy', '5'])
  })

  it('does not wait for work that does not end', async () => {
    const deaf = failing(() => new Promise(() => {}))
    expect((await call(deaf, plain, {}, 1_600)).status).toBe(503)
  })
})

describe('the log', () => {
  const secret = 'correct-horse-battery'

  it('says who called what and how it ended, in lines of JSON', async () => {
    const { log } = await call(echoing, plain)
    const lines = log.trim().split('\n')
    expect(lines).toHaveLength(2)
    expect(JSON.parse(lines[0]!).audit).toEqual({
      caller: 'ada',
      role: 'admin',
      token: null,
      operation: 'POST /v1/sources/{source}/objects/{key+}',
      things: ['/v1/sources/a/objects/b'],
      from: '',
      status: 200,
      code: null,
      requestId: 'request-1',
    })
    expect(JSON.parse(lines[1]!)).toMatchObject({
      level: 'INFO',
      operation: 'POST /v1/sources/{source}/objects/{key+}',
      requestId: 'request-1',
      caller: 'ada',
      status: 200,
    })
  })

  it('keeps names, codes and places of what caused a failure, and no text of it', async () => {
    const driver = Object.assign(new TypeError(`password ${secret} is wrong\n    at ${secret} (file:///x.js:1:1)`), {
      code: 'ERR_LOGIN',
    })
    const broken = failing(async () => {
      throw new Error(`connect with ${secret}`, { cause: driver })
    })
    const { status, json, log } = await call(broken, plain, {
      headers: { Authorization: `Bearer ${secret}` },
      body: JSON.stringify({ text: secret }),
    })
    expect([status, json.code]).toEqual([500, 'internal'])
    expect(log).not.toContain(secret)
    expect(JSON.stringify(json)).not.toContain(secret)
    const line = JSON.parse(log.split('\n').find((text) => text.includes('"ERROR"'))!)
    expect(line).toMatchObject({
      code: 'internal',
      cause: { name: 'Error', cause: { name: 'TypeError', code: 'ERR_LOGIN' } },
    })
    expect(line.cause.at[0]).toMatch(/serve\.test\.ts:\d+:\d+/)
  })

  it('has what callers and sources do as warnings', async () => {
    const refused = failing(async () => {
      throw new Fault('source-refused', 'The source refused the login.')
    })
    const { log } = await call(refused, plain)
    expect(log).toContain('"WARN"')
    expect(log).not.toContain('"ERROR"')
  })

  it('explains a world that cannot be made', async () => {
    const homeless = serve(
      echo,
      async () => ({ body: {} }),
      () => {
        throw new TypeError('This function lacks the variable HEADGATE_TABLE.')
      },
    )
    expect((await call(homeless, plain)).json.code).toBe('internal')
  })
})
