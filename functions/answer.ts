import { setTimeout as sleep } from 'node:timers/promises'
import type { APIGatewayProxyEvent as Event } from 'aws-lambda'
import type { Operation } from '../shared/api/operation.ts'
import { type Circumstances, explain, type Reply } from '../shared/api/perform.ts'
import { asFault } from '../shared/api/problem.ts'
import type { Caller } from '../shared/domain/caller.ts'
import { Fault } from '../shared/domain/faults.ts'
import type { World } from '../shared/ports/index.ts'
import { readCaller } from './http.ts'
import { logAudit, logFault } from './log.ts'

/** How long before Lambda ends a function its work is aborted, milliseconds: time to clean up and to say so. */
export const timeoutEarlyMs = 1_500

const cleanUpMs = 500

/** The world of one call: what a caller owns is opened by keys of their own. */
export type MakeWorld<O extends Operation> = (caller: Caller | undefined) => World<O['needs']>

/** What `perform` wants to know of a call besides the request. */
export const circumstances = (op: Operation, event: Event, signal: AbortSignal): Circumstances => ({
  caller: readCaller(event),
  signal,
  requestId: event.requestContext.requestId,
  onFault: (fault) => logFault(op, event, fault),
  from: event.requestContext.identity?.sourceIp ?? '',
  audit: async (entry) => {
    logAudit(entry)
    // Only those who have something to tell load what keeps it.
    await (await import('./world/audit.ts')).audit()(entry)
  },
})

/** Whatever was thrown outside of `perform`, as a reply. */
export function lastResort(op: Operation, event: Event, thrown: unknown): Reply {
  const fault = asFault(thrown)
  logFault(op, event, fault)
  return explain(fault, event.requestContext.requestId)
}

/** What an operation that has run out of time ends with. */
export const tooLate = ({ needs }: Operation): Fault =>
  needs.sources === 'open' || needs.sources === 'try'
    ? new Fault('source-timeout', 'The source took longer than an answer may take.', {
        hint: 'Ask for less at once, or take a snapshot and read that.',
      })
    : new Fault('busy', 'The answer was not ready in time.', { retryAfter: 5 })

/** Lets aborted work close what it has open, as Lambda stops the process with the answer. */
export async function whenSettled(work: Promise<unknown> | undefined): Promise<void> {
  if (work !== undefined) await Promise.race([work.catch(() => {}), sleep(cleanUpMs, undefined, { ref: false })])
}
