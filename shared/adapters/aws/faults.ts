import { Fault } from '../../domain/faults.ts'

/** What an error of the SDK says about itself, as far as we read it. */
interface ServiceError {
  readonly name?: string
  readonly code?: string
  readonly $metadata?: { readonly httpStatusCode?: number }
  readonly $retryable?: object
}

/** The error's name: `NoSuchKey`, `ThrottlingException`. Empty for what is no error. */
export const errorName = (thrown: unknown): string => (thrown as ServiceError | undefined)?.name ?? ''

export const httpStatus = (thrown: unknown): number | undefined =>
  (thrown as ServiceError | undefined)?.$metadata?.httpStatusCode

const busyNames = new Set([
  'ThrottlingException',
  'Throttling',
  'ThrottledException',
  'TooManyRequestsException',
  'TooManyUpdates',
  'RequestLimitExceeded',
  'ProvisionedThroughputExceededException',
  'TransactionConflictException',
  'TransactionInProgressException',
  'SlowDown',
  'RequestTimeout',
  'TimeoutError',
  'KMSThrottlingException',
])

const networkCodes = new Set(['ECONNRESET', 'ECONNREFUSED', 'EPIPE', 'ETIMEDOUT', 'ENOTFOUND', 'EAI_AGAIN'])

/** Whether the same request may pass later: throttled, a server error, no answer. */
export function isBusy(thrown: unknown): boolean {
  const { code = '', $retryable } = (thrown ?? {}) as ServiceError
  const isServerError = (httpStatus(thrown) ?? 0) >= 500
  return busyNames.has(errorName(thrown)) || networkCodes.has(code) || isServerError || $retryable !== undefined
}

/** The fault of a failed request to a service of AWS. Faults stay what they are. */
export function awsFault(service: string, thrown: unknown): Fault {
  if (thrown instanceof Fault) return thrown
  if (isBusy(thrown)) {
    return new Fault('busy', `${service} cannot answer just now.`, { cause: thrown, retryAfter: 1 })
  }
  return new Fault('internal', `${service} refused a request: ${errorName(thrown) || 'unknown error'}.`, {
    cause: thrown,
    hint: 'See the log of the function: its role, or the stack, may lack something.',
  })
}
