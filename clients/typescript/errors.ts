/** What can go wrong, as a tree: one class a fault code of the server. */
import type { Problem } from '../../shared/api/problem.ts'
import type { FaultCode, FaultPlace } from '../../shared/domain/faults.ts'

/** Anything this package throws about Headgate. */
export class HeadgateError extends Error {
  override name = 'HeadgateError'
}

/** Headgate itself did not answer, or broke off its answer. */
export class ConnectionFailed extends HeadgateError {
  override name = 'ConnectionFailed'
}

/** Headgate was silent for longer than `timeoutMs`. */
export class TimedOut extends ConnectionFailed {
  override name = 'TimedOut'
}

/** Headgate answered with a problem. `code` says which, `hint` what to do, `errors` which places of the request are wrong. */
export class ApiError extends HeadgateError {
  readonly status: number
  readonly code: FaultCode | 'unknown'
  readonly title: string
  readonly detail: string
  readonly hint: string | null
  /** Whether the same request may succeed later. */
  readonly retry: 'never' | 'later' | 'unknown'
  readonly requestId: string | null
  readonly errors: readonly FaultPlace[]
  /** The address of the explanation of its code. */
  readonly type: string | null

  constructor(status: number, problem: Partial<Problem> = {}) {
    const { code = 'unknown', title = `HTTP ${status}`, detail = '', hint = null } = problem
    super([detail || title, hint].filter(Boolean).join(' '))
    this.name = code.replace(/(?:^|-)(\w)/g, (_, letter: string) => letter.toUpperCase())
    this.status = status
    this.code = code
    this.title = title
    this.detail = detail
    this.hint = hint
    this.retry = problem.retry ?? 'unknown'
    this.requestId = problem.requestId ?? null
    this.errors = problem.errors ?? []
    this.type = problem.type ?? null
  }
}

/** The caller can mend it. */
export class CallerError extends ApiError {}
/** The owner of the source can mend it. */
export class SourceError extends ApiError {}
/** Headgate's own fault. */
export class ServerError extends ApiError {}

export class InvalidRequest extends CallerError {}
export class PipelineRequired extends CallerError {}
export class AuthorizationPending extends CallerError {}
export class SlowDown extends CallerError {}
export class LoginDenied extends CallerError {}
export class LoginExpired extends CallerError {}
export class Unauthenticated extends CallerError {}
export class Forbidden extends CallerError {}
export class NotFound extends CallerError {}
export class MethodNotAllowed extends CallerError {}
export class NotAcceptable extends CallerError {}
export class Conflict extends CallerError {}
export class PreconditionFailed extends CallerError {}
export class TooLarge extends CallerError {}
export class UnsupportedMediaType extends CallerError {}
export class RangeNotSatisfiable extends CallerError {}
export class NotOffered extends CallerError {}
export class AddressNotAllowed extends CallerError {}
export class ValueNotRepresentable extends CallerError {}
export class PreconditionRequired extends CallerError {}
export class Cancelled extends CallerError {}
export class ColumnsChanged extends SourceError {}
export class SourceChanged extends SourceError {}
export class SourceRefused extends SourceError {}
export class SourceUnreachable extends SourceError {}
export class SourceFailed extends SourceError {}
export class SourceTimeout extends SourceError {}
export class Busy extends ServerError {}
export class Internal extends ServerError {}

const classes: Readonly<Record<FaultCode, typeof ApiError>> = {
  'invalid-request': InvalidRequest,
  'pipeline-required': PipelineRequired,
  'authorization-pending': AuthorizationPending,
  'slow-down': SlowDown,
  'login-denied': LoginDenied,
  'login-expired': LoginExpired,
  unauthenticated: Unauthenticated,
  forbidden: Forbidden,
  'not-found': NotFound,
  'method-not-allowed': MethodNotAllowed,
  'not-acceptable': NotAcceptable,
  conflict: Conflict,
  'columns-changed': ColumnsChanged,
  'precondition-failed': PreconditionFailed,
  'too-large': TooLarge,
  'unsupported-media-type': UnsupportedMediaType,
  'range-not-satisfiable': RangeNotSatisfiable,
  'not-offered': NotOffered,
  'address-not-allowed': AddressNotAllowed,
  'value-not-representable': ValueNotRepresentable,
  'precondition-required': PreconditionRequired,
  cancelled: Cancelled,
  'source-changed': SourceChanged,
  'source-refused': SourceRefused,
  'source-unreachable': SourceUnreachable,
  'source-failed': SourceFailed,
  'source-timeout': SourceTimeout,
  busy: Busy,
  internal: Internal,
}

/** Of a reply without a problem (to HEAD, or from something in between) the status alone tells. */
const byStatus: Readonly<Record<number, FaultCode>> = {
  400: 'invalid-request',
  401: 'unauthenticated',
  403: 'forbidden',
  404: 'not-found',
  409: 'conflict',
  412: 'precondition-failed',
  413: 'too-large',
  416: 'range-not-satisfiable',
  503: 'busy',
}

/** The error of an answer that is no success; reads its body. */
export async function errorOf(response: Response): Promise<ApiError> {
  const { status } = response
  const said = (await response.json().catch(() => ({}))) as Partial<Problem>
  const code = said?.code ?? byStatus[status]
  const Found = (code && classes[code]) ?? (status < 500 ? CallerError : ServerError)
  const title = code && `HTTP ${status}: ${code.replaceAll('-', ' ')}`
  return new Found(status, { ...(title && { title }), ...said, ...(code && { code }) })
}

/** A snapshot that was waited for ended as failed or cancelled; `snapshot` has the rest. */
export class SnapshotFailed extends HeadgateError {
  override name = 'SnapshotFailed'
  readonly snapshot: SnapshotEnd

  constructor(snapshot: SnapshotEnd) {
    const { error } = snapshot
    super([`The snapshot ${snapshot.id} is ${snapshot.state}.`, error?.detail, error?.hint].filter(Boolean).join(' '))
    this.snapshot = snapshot
  }
}

/** An export that was waited for ended as failed or cancelled; `record` has the rest, its log too. */
export class ExportFailed extends HeadgateError {
  override name = 'ExportFailed'
  readonly record: ExportEnd

  constructor(record: ExportEnd) {
    super([`The export ${record.id} is ${record.state}.`, ...record.log.map(({ message }) => message)].join('\n'))
    this.record = record
  }
}

interface ExportEnd extends SnapshotEnd {
  readonly log: readonly { readonly at: string; readonly message: string }[]
}

interface SnapshotEnd {
  readonly id: string
  readonly state: string
  readonly error: { readonly code: FaultCode; readonly detail: string; readonly hint: string | null } | null
}
