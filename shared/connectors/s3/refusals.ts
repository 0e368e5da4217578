import { Fault, type FaultCode } from '../../domain/faults.ts'

/** By error code of S3 and STS: code, sentence, hint. */
const byName: Readonly<Record<string, readonly [FaultCode, string, string?]>> = {
  AccessDenied: [
    'source-refused',
    'The store does not let this login do that.',
    'Have it granted s3:ListBucket on the bucket and s3:GetObject on its objects, to write s3:PutObject and s3:AbortMultipartUpload; a role must trust this deployment.',
  ],
  AuthorizationHeaderMalformed: [
    'source-refused',
    'The request was signed for another region.',
    'Set the region that the bucket is in.',
  ],
  ExpiredToken: ['source-refused', 'The login has expired.', 'Try again, or give the connector a new key.'],
  IllegalLocationConstraintException: ['source-refused', 'The bucket is in another region.', 'Set its region.'],
  InvalidAccessKeyId: ['source-refused', 'The store does not know the access key.', 'Check the access key id.'],
  InvalidClientTokenId: ['source-refused', 'STS does not know the access key.', 'Check the access key id.'],
  InvalidObjectState: [
    'source-refused',
    'The object is archived and cannot be read at once.',
    'Have it restored at the store.',
  ],
  InvalidRange: ['range-not-satisfiable', 'The range is outside the object.'],
  NoSuchBucket: ['source-refused', 'There is no such bucket.', 'Check the name of the bucket and the endpoint.'],
  NoSuchKey: ['not-found', 'There is no such object.'],
  NotFound: ['not-found', 'There is no such object.'],
  PermanentRedirect: ['source-refused', 'The bucket is in another region.', 'Set the region that the bucket is in.'],
  PreconditionFailed: ['source-changed', 'The object changed while it was read.', 'Read it again.'],
  RequestTimeTooSkewed: ['source-failed', 'The clocks here and at the store differ.', 'Have them set right.'],
  SignatureDoesNotMatch: ['source-refused', 'The secret access key is not the right one.', 'Check the secret.'],
  SlowDown: ['source-timeout', 'The store asks for fewer requests.', 'Try again later.'],
}

/** By status, for errors without a body that tells more: those of HEAD. */
const byStatus: Readonly<Record<number, string>> = {
  301: 'PermanentRedirect',
  400: 'AuthorizationHeaderMalformed',
  401: 'AccessDenied',
  403: 'AccessDenied',
  404: 'NotFound',
  412: 'PreconditionFailed',
  416: 'InvalidRange',
  503: 'SlowDown',
}

/** What a failure of the SDK means to a caller. Nothing that the store wrote is kept. */
export function toFault(error: unknown): Fault {
  if (error instanceof Fault) return error
  const name = nameOf(error)
  const known = name === undefined ? undefined : byName[name]
  const cause = new Error(`S3 ${name ?? ''} ${statusOf(error) ?? ''}`.trim())
  if (known) return new Fault(known[0], known[1], { hint: known[2], cause })
  const status = statusOf(error)
  if (status !== undefined)
    return new Fault('source-failed', `The store answered with status ${status}.`, {
      hint: 'Check that the endpoint is that of an S3-compatible store; then try again.',
      cause,
    })
  return new Fault('source-failed', 'The store answers in a way that S3 does not.', {
    hint: 'Check that the endpoint is that of an S3-compatible store.',
    cause,
  })
}

/** Whether the login itself is refused, and not only what it may do. What assuming a role throws is a fault already. */
export const isLoginRefused = (error: unknown): boolean =>
  error instanceof Fault ||
  /^(ExpiredToken|InvalidAccessKeyId|InvalidClientTokenId|SignatureDoesNotMatch|AuthorizationHeaderMalformed)$/.test(
    nameOf(error) ?? '',
  )

function nameOf(error: unknown): string | undefined {
  const name = error instanceof Error ? error.name : ''
  if (Object.hasOwn(byName, name)) return name
  const status = statusOf(error)
  return status === undefined ? undefined : byStatus[status]
}

function statusOf(error: unknown): number | undefined {
  const { $metadata } = (error ?? {}) as { readonly $metadata?: { readonly httpStatusCode?: number } }
  return $metadata?.httpStatusCode
}
