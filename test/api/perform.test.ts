import { describe, expect, it } from 'vitest'
import * as z from 'zod'
import { operation, type UseCase } from '../../shared/api/operation.ts'
import { type Circumstances, perform, type Reply } from '../../shared/api/perform.ts'
import { Fault } from '../../shared/domain/faults.ts'

const greet = operation({
  method: 'PUT',
  path: '/v1/greetings/{name}',
  tag: 'Test',
  summary: 'Greet',
  role: 'editor',
  needs: {},
  params: z.strictObject({ name: z.string().max(20) }),
  query: z.strictObject({ times: z.coerce.number().int().min(1).default(1) }),
  body: z.strictObject({ mark: z.string(), 'a/b~c': z.number().optional() }),
  reply: z.object({ text: z.string() }),
  precondition: true,
  faults: [],
})

const run: UseCase<typeof greet> = async (_world, { name, times, body, expected }) => ({
  body: { text: `${'Hello '.repeat(times)}${name}${body.mark}${expected ?? ''}` },
  revision: (expected ?? 0) + 1,
})

const editor: Circumstances = {
  caller: { id: 'ada', role: 'editor' },
  signal: new AbortController().signal,
  requestId: 'r-1',
}

const request = { params: { name: 'Ada' }, headers: { 'if-match': '"3"' }, body: '{"mark":"!"}' }

const call = (change: object = {}, circumstances: Partial<Circumstances> = {}, use: UseCase<typeof greet> = run) =>
  perform(greet, use, {}, { ...request, ...change }, { ...editor, ...circumstances })

const problemOf = (reply: Reply) => JSON.parse(reply.body as string)

describe('perform', () => {
  it('hands path, query, body and If-Match to the use case and answers with an ETag', async () => {
    const reply = await call({ query: { times: '2' } })
    expect(reply).toEqual({
      status: 200,
      headers: { 'content-type': 'application/json', etag: '"4"' },
      body: '{"text":"Hello Hello Ada!3"}',
    })
  })

  it('takes If-Match: * as any version and asks for one where it is absent', async () => {
    expect((await call({ headers: { 'if-match': '*' } })).body).toBe('{"text":"Hello Ada!"}')
    const reply = await call({ headers: {} })
    expect(reply.status).toBe(428)
    expect(problemOf(reply)).toMatchObject({ code: 'precondition-required', hint: expect.stringContaining('ETag') })
    expect((await call({ headers: { 'if-match': 'three' } })).status).toBe(412)
  })

  it.each([
    ['a body that is not JSON', { body: '{' }, 400, []],
    ['a body of the wrong shape', { body: '{"mark":1}' }, 400, ['/body/mark']],
    ['an unknown member', { body: '{"mark":"!","x":1}' }, 400, ['/body/x']],
    ['no body', { body: '' }, 400, ['/body']],
    ['a pointer with / and ~ in it', { body: '{"mark":"!","a/b~c":"x"}' }, 400, ['/body/a~1b~0c']],
    ['a query that is no number', { query: { times: 'ten' } }, 400, ['/query/times']],
    ['an unknown query', { query: { time: '1' } }, 400, ['/query/time']],
    ['a long name', { params: { name: 'x'.repeat(21) } }, 400, ['/path/name']],
    ['a body that is too large', { body: `{"mark":"${'x'.repeat(1_000_000)}"}` }, 413, []],
    ['a body of another type', { headers: { 'if-match': '*', 'content-type': 'text/xml' } }, 415, []],
  ])('refuses %s and says where', async (_what, change, status, pointers) => {
    const reply = await call(change)
    expect(reply.status).toBe(status)
    expect(reply.headers['content-type']).toBe('application/problem+json')
    expect(problemOf(reply).errors.map((e: { pointer: string }) => e.pointer)).toEqual(pointers)
    expect(problemOf(reply)).toMatchObject({ status, requestId: 'r-1', instance: 'urn:request:r-1' })
  })

  it('knows the role from the row alone: nobody 401, too little 403, before the body is read', async () => {
    const nobody = await call({ body: '{' }, { caller: undefined })
    expect([nobody.status, nobody.headers['www-authenticate']]).toEqual([401, 'Bearer'])
    expect((await call({ body: '{' }, { caller: { id: 'v', role: 'viewer' } })).status).toBe(403)
    expect((await call({}, { caller: { id: 'root', role: 'admin' } })).status).toBe(200)
  })

  it('tells a fault with its hint and Retry-After', async () => {
    const reply = await call({}, {}, async () => {
      throw new Fault('busy', 'Too many.', { hint: 'Wait.', retryAfter: 7 })
    })
    expect([reply.status, reply.headers['retry-after']]).toEqual([503, '7'])
    expect(problemOf(reply)).toMatchObject({ code: 'busy', detail: 'Too many.', hint: 'Wait.', retry: 'later' })
  })

  it('says nothing of an unforeseen error to the caller and everything to the log', async () => {
    const seen: Fault[] = []
    const cause = new Error('password=hunter2')
    const reply = await call({}, { onFault: (fault) => seen.push(fault) }, async () => {
      throw cause
    })
    expect(reply.status).toBe(500)
    expect(reply.body).not.toContain('hunter2')
    expect(seen.map((fault) => [fault.code, fault.cause])).toEqual([['internal', cause]])
  })

  it('answers 500 where a use case answers against its own row', async () => {
    const reply = await call({}, {}, async () => ({ body: { text: 7 as unknown as string } }))
    expect(reply.status).toBe(500)
  })
})

const stream = operation({
  method: 'GET',
  path: '/v1/bytes',
  tag: 'Test',
  summary: 'Stream',
  role: 'anyone',
  needs: {},
  reply: z.unknown(),
  answers: 'bytes',
  faults: [],
})

describe('perform, streaming', () => {
  const bytes = (text: string) => new TextEncoder().encode(text)
  const streamed = (source: AsyncIterable<Uint8Array>) =>
    perform(stream, async () => ({ stream: source, headers: { 'content-type': 'text/plain' } }), {}, {}, editor)

  it('passes the chunks on', async () => {
    const reply = await streamed(
      (async function* () {
        yield bytes('a')
        yield bytes('b')
      })(),
    )
    const chunks = await Array.fromAsync(reply.body as AsyncIterable<Uint8Array>)
    expect([reply.status, chunks.map(String).join()]).toEqual([200, '97,98'])
  })

  it('makes a failure before the first chunk a problem', async () => {
    const reply = await streamed(
      (async function* (): AsyncGenerator<Uint8Array> {
        throw new Fault('source-timeout', 'Too slow.')
      })(),
    )
    expect([reply.status, problemOf(reply).code]).toEqual([504, 'source-timeout'])
  })

  it('breaks off where it fails later', async () => {
    const reply = await streamed(
      (async function* () {
        yield bytes('a')
        throw new Fault('source-failed', 'Gone.')
      })(),
    )
    await expect(Array.fromAsync(reply.body as AsyncIterable<Uint8Array>)).rejects.toThrow('Gone.')
  })

  it('ends the source when the reader leaves, even before the first read', async () => {
    let ended = 0
    const source = async function* () {
      try {
        for (;;) yield bytes('a')
      } finally {
        ended++
      }
    }
    const untouched = (await streamed(source())).body as AsyncIterableIterator<Uint8Array>
    await untouched.return?.()
    for await (const _ of (await streamed(source())).body as AsyncIterable<Uint8Array>) break
    expect(ended).toBe(2)
  })
})
