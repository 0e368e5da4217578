import { Readable } from 'node:stream'
import middy, { type MiddyHandlerObject } from '@middy/core'
import { executionModeStreamifyResponse } from '@middy/core/StreamifyResponse'
import type { Context, APIGatewayProxyEvent as Event } from 'aws-lambda'
import type { Operation, UseCase } from '../shared/api/operation.ts'
import { perform, type Reply } from '../shared/api/perform.ts'
import { asFault } from '../shared/api/problem.ts'
import { circumstances, lastResort, type MakeWorld, timeoutEarlyMs, tooLate, whenSettled } from './answer.ts'
import { commonHeaders, readCaller, readRequest } from './http.ts'
import { logged } from './job.ts'
import { logFault, logReply } from './log.ts'

export type StreamOperation = Operation & { readonly answers: 'slow-json' | 'rows' | 'bytes' }

/**
 * A Lambda that answers with a stream. A failure before the first chunk is a problem as anywhere else; one after it,
 * running out of time among them, breaks the stream off, so that no reader takes a part for the whole.
 */
export const serveStream = <O extends StreamOperation>(op: O, run: UseCase<O>, world: MakeWorld<O>) => {
  const read = readRequest(op)
  const working = new WeakMap<Event, Promise<Reply>>()
  const answer = async (event: Event, context: Context, { signal }: MiddyHandlerObject) => {
    const within = AbortSignal.any([signal, deadline(op, context)])
    const work = perform(op, run, world(readCaller(event)), read(event), circumstances(op, event, within))
    working.set(event, work)
    return begin(op, event, await work)
  }
  return middy<Event, unknown>(answer, {
    executionMode: executionModeStreamifyResponse,
    timeoutEarlyInMillis: timeoutEarlyMs,
    timeoutEarlyResponse: () => {
      throw tooLate(op)
    },
  }).onError(async ({ event, error }) => {
    await whenSettled(working.get(event))
    return begin(op, event, lastResort(op, event, error))
  })
}

/** middy watches the time until the reply begins; this signal, until it ends. */
function deadline(op: Operation, context: Context): AbortSignal {
  const late = new AbortController()
  const leftMs = Math.max(0, context.getRemainingTimeInMillis() - timeoutEarlyMs)
  setTimeout(() => late.abort(tooLate(op)), leftMs).unref()
  return late.signal
}

function begin(op: Operation, event: Event, { status, headers, body }: Reply) {
  if (typeof body === 'string') logReply(op, event, { status })
  return {
    statusCode: status,
    headers: { ...commonHeaders(event.requestContext.requestId), ...headers },
    body: typeof body === 'string' ? body : Readable.from(watched(op, event, status, body), { objectMode: false }),
  }
}

async function* watched(op: Operation, event: Event, status: number, body: AsyncIterable<Uint8Array>) {
  let bytes = 0
  let broken = true
  try {
    for await (const chunk of body) {
      bytes += chunk.byteLength
      yield chunk
    }
    broken = false
  } catch (thrown) {
    logFault(op, event, asFault(thrown))
    throw logged()
  } finally {
    logReply(op, event, { status, bytes, broken })
  }
}
