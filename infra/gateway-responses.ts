import { problem } from '../shared/api/problem.ts'
import { Fault, type FaultCode } from '../shared/domain/faults.ts'

const failures: Readonly<Record<string, readonly [code: FaultCode, detail: string, hint?: string]>> = {
  UNAUTHORIZED: ['unauthenticated', 'This needs a signed-in caller.', 'Send `Authorization: Bearer hg_pat_…`.'],
  EXPIRED_TOKEN: ['unauthenticated', 'That token is no longer good.'],
  ACCESS_DENIED: ['forbidden', 'The caller may not do this.'],
  WAF_FILTERED: ['forbidden', 'A firewall of this deployment refused the request.'],
  BAD_REQUEST_BODY: ['invalid-request', 'The body could not be taken.'],
  BAD_REQUEST_PARAMETERS: ['invalid-request', 'The parameters could not be taken.'],
  UNSUPPORTED_MEDIA_TYPE: ['unsupported-media-type', 'The body must be JSON.'],
  REQUEST_TOO_LARGE: ['too-large', 'The request is larger than 10 MB.'],
  THROTTLED: ['busy', 'There are too many requests at once.', 'Try again in a moment.'],
  QUOTA_EXCEEDED: ['busy', 'There were too many requests.'],
  INTEGRATION_TIMEOUT: ['busy', 'The answer was not ready in time.'],
  INTEGRATION_FAILURE: ['busy', 'The function could not be reached, or broke off.'],
  AUTHORIZER_FAILURE: ['internal', 'The caller could not be found.'],
  DEFAULT_5XX: ['internal', 'The failure is recorded under this request id.'],
  // This is how REST APIs answer paths and methods that they do not know, with and without an Authorization header.
  ...unknown('RESOURCE_NOT_FOUND', 'MISSING_AUTHENTICATION_TOKEN', 'INVALID_SIGNATURE', 'DEFAULT_4XX'),
}

/** What API Gateway itself refuses, as problem+json like any other failure. It fills in `$context.…`. */
export const gatewayResponses = Object.fromEntries(
  Object.entries(failures).map(([type, [code, detail, hint]]) => {
    const body = problem(new Fault(code, detail, { ...(hint !== undefined && { hint }) }), '$context.requestId')
    return [
      type,
      {
        statusCode: String(body.status),
        responseParameters: headers({
          'Content-Type': 'application/problem+json',
          'Cache-Control': 'no-store',
          'X-Content-Type-Options': 'nosniff',
          'Strict-Transport-Security': 'max-age=31536000',
          ...(code === 'busy' && { 'Retry-After': '2' }),
          ...(code === 'unauthenticated' && { 'WWW-Authenticate': 'Bearer' }),
        }),
        responseTemplates: { 'application/json': JSON.stringify(body) },
      },
    ]
  }),
)

function headers(values: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [`gatewayresponse.header.${name}`, `'${value}'`]),
  )
}

function unknown(...types: readonly string[]): typeof failures {
  return Object.fromEntries(
    types.map((type) => [
      type,
      ['not-found', 'There is nothing at this path for this method.', 'GET /v1/openapi.json lists every path.'],
    ]),
  )
}
