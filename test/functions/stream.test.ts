import { PassThrough, type Writable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { setTimeout as sleep } from 'node:timers/promises'
import { beforeAll, describe, expect, it } from 'vitest'
import * as z from 'zod'
import type { serveStream as ServeStream } from '../../functions/stream.ts'
import { operation, type Stream } from '../../shared/api/operation.ts'
import { Fault } from '../../shared/domain/faults.ts'
import { apiEvent, context, logged } from './event.ts'
import { installLambda, type Prelude } from './fake-lambda.ts'

const rows = operation({
  method: 'GET',
  path: '/v1/sources/{source}/rows',
  tag: 'Test',
  summary: 'Stream something',
  role: 'viewer',
  needs: { sources: 'open' },
  params: z.strictObject({ source: z.string() }),
  reply: z.unknown(),
  answers: 'rows',
  faults: [],
})

let serveStream: typeof ServeStream

beforeAll(async () => {
  installLambda()
  serveStream = (await import('../../functions/stream.ts')).serveStream
})

type Source = (signal: AbortSignal) => AsyncIterable<Uint8Array>

const streaming = (source: Source) =>
  serveStream(
    rows,
    async (_world, { signal }): Promise<Stream> => ({
      stream: source(signal),
      headers: { 'content-type': 'application/x-ndjson' },
    }),
    () => ({}) as never,
  )

/** Invokes a handler with a response stream, as the runtime does. `body` is what the client had when it ended. */
async function call(source: Source, at: { leftMs?: number; out?: Writable & { prelude?: Prelude } } = {}) {
  const out = at.out ?? new PassThrough({ highWaterMark: 1 << 16 })
  const handler = streaming(source) as unknown as (event: unknown, out: Writable, context: unknown) => Promise<void>
  let body = ''
  let thrown: unknown
  const log = await logged(async () => {
    const reading = out instanceof PassThrough ? text(out).catch(() => '') : Promise.resolve('')
    try {
      await handler(apiEvent('GET', '/v1/sources/a/rows'), out, context(at.leftMs))
    } catch (error) {
      thrown = error
    }
    body = await reading
  })
  return { prelude: (out as { prelude?: Prelude }).prelude, body, thrown, log }
}

const chunk = (text: string) => Buffer.from(text)

describe('a function that streams', () => {
  it('sends status and headers first, then the chunks', async () => {
    const { prelude, body, log } = await call(async function* () {
      yield chunk('a\n')
      yield chunk('b\n')
    })
    expect(prelude).toEqual({
      statusCode: 200,
      headers: {
        'content-type': 'application/x-ndjson',
        'cache-control': 'no-store',
        'x-content-type-options': 'nosniff',
        'strict-transport-security': 'max-age=31536000',
        'x-request-id': 'request-1',
      },
    })
    expect(body).toBe('a\nb\n')
    expect(JSON.parse(log)).toMatchObject({ status: 200, bytes: 4, broken: false })
  })

  it('answers a failure before the first chunk as a problem', async () => {
    const { prelude, body } = await call(async function* () {
      throw new Fault('source-unreachable', 'Nobody answers there.')
    })
    expect(prelude).toMatchObject({ statusCode: 502, headers: { 'content-type': 'application/problem+json' } })
    expect(JSON.parse(body).code).toBe('source-unreachable')
  })

  it('breaks off where it fails later, so that nobody takes a part for the whole', async () => {
    const { prelude, thrown, log } = await call(async function* () {
      yield chunk('a\n')
      await sleep(5)
      throw new Fault('source-failed', 'The source broke off.')
    })
    expect(prelude?.statusCode).toBe(200)
    expect(thrown).toEqual(new Error('The failure is in the lines before.'))
    expect((thrown as Error).cause).toBeUndefined()
    expect(log).toContain('"broken":true')
    expect(log).toContain('source-failed')
  })

  it('aborts a stream that runs out of time, though it began long ago', async () => {
    let reason: unknown
    const { thrown } = await call(
      async function* (signal) {
        for (;;) {
          yield chunk('a\n')
          await sleep(10)
          reason = signal.reason
          signal.throwIfAborted()
        }
      },
      { leftMs: 1_700 },
    )
    expect(thrown).toBeInstanceOf(Error)
    expect(reason).toMatchObject({ code: 'source-timeout' })
  })

  it('answers in time where no chunk comes', async () => {
    const { prelude } = await call(
      async function* (signal) {
        await new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason)))
        yield chunk('late')
      },
      { leftMs: 1_600 },
    )
    expect(prelude?.statusCode).toBe(504)
  })

  it('reads no further than the client does, and ends its work when the client goes', async () => {
    let read = 0
    let closed = false
    const out: PassThrough & { prelude?: Prelude } = new PassThrough({ highWaterMark: 1 << 16 })
    const source: Source = async function* () {
      try {
        for (; read < 10_000; read++) yield Buffer.alloc(1 << 16)
      } finally {
        closed = true
      }
    }
    const handler = streaming(source) as unknown as (event: unknown, out: Writable, context: unknown) => Promise<void>
    await logged(async () => {
      const working = handler(apiEvent('GET', '/v1/sources/a/rows'), out, context()).catch(() => {})
      await sleep(100)
      expect(read).toBeLessThan(10)
      out.destroy()
      await working
    })
    expect(closed).toBe(true)
  })
})
