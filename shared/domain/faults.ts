/**
 * Everything that can go wrong and be told to a caller, in one table, grouped by who can mend it.
 *
 * `retry`: `never` (the same request fails again), `later` (it may pass by itself), `unknown`.
 * Each code has a heading of its own in `docs/problems.md`.
 */
export const faults = {
  // the caller
  'invalid-request': { status: 400, title: 'The request is not valid', retry: 'never' },
  'pipeline-required': { status: 400, title: 'There is no current pipeline', retry: 'never' },
  'authorization-pending': { status: 400, title: 'The login is not approved yet', retry: 'later' },
  'slow-down': { status: 400, title: 'It is asked for too often', retry: 'later' },
  'login-denied': { status: 400, title: 'The login was refused', retry: 'never' },
  'login-expired': { status: 400, title: 'The login is over', retry: 'never' },
  unauthenticated: { status: 401, title: 'Nobody is signed in', retry: 'never' },
  forbidden: { status: 403, title: 'The caller may not do this', retry: 'never' },
  'not-found': { status: 404, title: 'No such thing', retry: 'never' },
  'method-not-allowed': { status: 405, title: 'This path does not know that method', retry: 'never' },
  'not-acceptable': { status: 406, title: 'None of the accepted formats is offered', retry: 'never' },
  conflict: { status: 409, title: 'It conflicts with what is there', retry: 'never' },
  'precondition-failed': { status: 412, title: 'It has changed since it was read', retry: 'never' },
  'too-large': { status: 413, title: 'It is larger than the limit', retry: 'never' },
  'unsupported-media-type': { status: 415, title: 'The body has a type that is not taken here', retry: 'never' },
  'range-not-satisfiable': { status: 416, title: 'The byte range is outside the object', retry: 'never' },
  'not-offered': { status: 422, title: 'This source cannot do that', retry: 'never' },
  'address-not-allowed': { status: 422, title: 'That address may not be dialled', retry: 'never' },
  'value-not-representable': { status: 422, title: 'A value cannot be carried exactly', retry: 'never' },
  'precondition-required': { status: 428, title: 'The request must say which version it changes', retry: 'never' },
  cancelled: { status: 499, title: 'The caller went away', retry: 'unknown' },
  // the owner of the source
  'source-changed': { status: 409, title: 'The source changed while it was read', retry: 'later' },
  'source-refused': { status: 502, title: 'The source refused', retry: 'never' },
  'source-unreachable': { status: 502, title: 'The source did not answer', retry: 'later' },
  'source-failed': { status: 502, title: 'The source failed', retry: 'unknown' },
  'source-timeout': { status: 504, title: 'The source took too long', retry: 'later' },
  // us
  busy: { status: 503, title: 'Too much at once', retry: 'later' },
  internal: { status: 500, title: 'Something broke on our side', retry: 'unknown' },
} as const satisfies Record<string, { status: number; title: string; retry: 'never' | 'later' | 'unknown' }>

export type FaultCode = keyof typeof faults

/** One wrong place in a request: a JSON pointer into it (`/body/config/port`) and a sentence. */
export interface FaultPlace {
  readonly pointer: string
  readonly detail: string
}

export interface FaultMore {
  /** What the reader can do about it, one sentence. */
  readonly hint?: string
  readonly cause?: unknown
  readonly errors?: readonly FaultPlace[]
  /** Seconds until another try makes sense: becomes `Retry-After`. */
  readonly retryAfter?: number
  /** What HTTP wants said beside it, names in lower case: `allow` of 405, `content-range` of 416. */
  readonly headers?: Readonly<Record<string, string>>
}

/** A failure that can be told. `detail` is one sentence about this occurrence: never a secret. */
export class Fault extends Error {
  override readonly name = 'Fault'
  readonly code: FaultCode
  readonly detail: string
  readonly hint: string | undefined
  readonly errors: readonly FaultPlace[] | undefined
  readonly retryAfter: number | undefined
  readonly headers: Readonly<Record<string, string>> | undefined

  constructor(code: FaultCode, detail: string, more: FaultMore = {}) {
    super(`${code}: ${detail}`, { cause: more.cause })
    this.code = code
    this.detail = detail
    this.hint = more.hint
    this.errors = more.errors
    this.retryAfter = more.retryAfter
    this.headers = more.headers
  }
}

/** Whether a thrown value is a fault of this code. */
export const isFault = (thrown: unknown, code: FaultCode): thrown is Fault =>
  thrown instanceof Fault && thrown.code === code
