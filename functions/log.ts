import { Logger } from '@aws-lambda-powertools/logger'
import type { APIGatewayProxyEvent as Event } from 'aws-lambda'
import type { Audited } from '../shared/api/audited.ts'
import type { Operation } from '../shared/api/operation.ts'
import { type Fault, faults } from '../shared/domain/faults.ts'
import { describeError } from './describe-error.ts'
import { lazily } from './world/lazily.ts'

const logger = lazily(() => new Logger({ serviceName: 'headgate' }))

/** One structured line. It is written as it is given: never a header, a body or the text of a foreign error. */
export const log = (level: 'info' | 'warn' | 'error', message: string, more: Readonly<Record<string, unknown>>): void =>
  logger()[level](message, more)

/** How a request ended. `bytes` of a stream; `broken` where it did not come to its end. */
export const logReply = (
  op: Operation,
  event: Event,
  reply: { readonly status: number; readonly bytes?: number; readonly broken?: boolean },
): void => log(reply.broken ? 'warn' : 'info', 'Answered', { ...about(op, event), ...reply })

/** A line of the audit trail, for who collects logs. */
export const logAudit = (entry: Audited): void => log('info', 'Audit', { audit: entry })

/** A failure, with names and places of what caused it. Ours are errors, the rest is what callers and sources do. */
export const logFault = (op: Operation, event: Event, fault: Fault): void =>
  log(faults[fault.code].status === 500 ? 'error' : 'warn', fault.detail, {
    ...about(op, event),
    code: fault.code,
    ...(fault.cause !== undefined && { cause: describeError(fault.cause) }),
  })

const about = (op: Operation, { requestContext }: Event) => ({
  operation: `${op.method} ${op.path}`,
  requestId: requestContext.requestId,
  caller: requestContext.authorizer?.caller,
})
