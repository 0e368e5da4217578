import middy, { type MiddyHandlerObject } from '@middy/core'
import type { Context, APIGatewayProxyEvent as Event, APIGatewayProxyResult as Result } from 'aws-lambda'
import type { Operation, UseCase } from '../shared/api/operation.ts'
import { perform, type Reply } from '../shared/api/perform.ts'
import { circumstances, lastResort, type MakeWorld, timeoutEarlyMs, tooLate, whenSettled } from './answer.ts'
import { readCaller, readRequest, writeReply } from './http.ts'
import { logReply } from './log.ts'

export type JsonOperation = Operation & { readonly answers: 'json' }

/**
 * A Lambda that answers with JSON: reads the event, performs the operation with its world, writes the reply. What
 * fails outside of `perform`, and running out of time, is explained once, at the end: handlers hold no error handling.
 */
export const serve = <O extends JsonOperation>(op: O, run: UseCase<O>, world: MakeWorld<O>) => {
  const read = readRequest(op)
  const working = new WeakMap<Event, Promise<Reply>>()
  const end = (reply: Reply, event: Event): Result => {
    const result = writeReply(reply, event.requestContext.requestId)
    logReply(op, event, { status: reply.status })
    return result
  }
  const answer = async (event: Event, _context: Context, { signal }: MiddyHandlerObject) => {
    const work = perform(op, run, world(readCaller(event)), read(event), circumstances(op, event, signal))
    working.set(event, work)
    return end(await work, event)
  }
  return middy<Event, Result>(answer, {
    timeoutEarlyInMillis: timeoutEarlyMs,
    timeoutEarlyResponse: () => {
      throw tooLate(op)
    },
  }).onError(async ({ event, error }) => {
    await whenSettled(working.get(event))
    return end(lastResort(op, event, error), event)
  })
}
