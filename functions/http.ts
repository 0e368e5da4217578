import type { APIGatewayProxyEvent as Event, APIGatewayProxyResult as Result } from 'aws-lambda'
import * as z from 'zod'
import type { Operation } from '../shared/api/operation.ts'
import { bodyLimit, type Reply, type Request } from '../shared/api/perform.ts'
import { pathMatcher } from '../shared/api/route.ts'
import { type Caller, Role, Scope } from '../shared/domain/caller.ts'
import { Fault } from '../shared/domain/faults.ts'

/** The stage is named so that a path in a reply (`Location`) is right as it stands; events leave the stage out. */
const stage = '/v1'

/** The request in an event of a REST API. Faults: not-found, invalid-request, too-large. */
export function readRequest(op: Operation): (event: Event) => Request {
  const match = pathMatcher(op)
  return (event) => {
    const body = op.takes === 'bytes' ? { bytes: readBytes(event) } : readText(event)
    return {
      params: readPath(match, event.path),
      query: readQuery(event),
      headers: Object.fromEntries(
        Object.entries(event.headers ?? {}).map(([name, value]) => [name.toLowerCase(), value]),
      ),
      ...body,
    }
  }
}

/** Who the authorizer found; nobody at an operation that anyone may call. */
export function readCaller({ requestContext: { authorizer } }: Event): Caller | undefined {
  const role = Role.safeParse(authorizer?.role)
  if (typeof authorizer?.caller !== 'string' || !role.success) return undefined
  const { caller: id, token, scopes, connectors } = authorizer
  return {
    id,
    role: role.data,
    ...(token && { token }),
    ...(scopes && { scopes: z.array(Scope).parse(JSON.parse(scopes)) }),
    ...(connectors && { connectors: z.array(z.string()).parse(JSON.parse(connectors)) }),
  }
}

/** A whole reply as the API takes it. Fault too-large where Lambda would not carry it. */
export function writeReply({ status, headers, body }: Reply, requestId: string): Result {
  if (typeof body !== 'string') throw new TypeError('A stream cannot be answered at once.')
  if (body.length > replyLimit / 6 && Buffer.byteLength(JSON.stringify(body)) > replyLimit)
    throw new Fault('too-large', 'The answer is larger than 6 MB.', {
      hint: 'Ask for fewer items a page with `limit`.',
    })
  return { statusCode: status, headers: { ...commonHeaders(requestId), ...headers }, body }
}

/** Of every answer, also where there is no CloudFront before the API. */
export const commonHeaders = (requestId: string) => ({
  'x-request-id': requestId,
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
  'strict-transport-security': 'max-age=31536000',
})

/** Lambda answers at most 6 MB of JSON, in which this text is escaped once more: one character may take six bytes. */
const replyLimit = 6_000_000 - 50_000

/**
 * Matches `path` and not `pathParameters`: both come percent-encoded from a REST API, but only the path keeps a greedy
 * part whole. A custom domain may put a base path in front.
 */
function readPath(match: ReturnType<typeof pathMatcher>, path: string): Readonly<Record<string, string>> {
  const trimmed = path.replace(/(?<=[^/])\/$/, '')
  for (const candidate of [path, trimmed])
    for (let start = 0; start !== -1; start = candidate.indexOf('/', start + 1)) {
      const params = match(stage + candidate.slice(start))
      if (params !== undefined) return params
    }
  throw new Fault('not-found', `There is nothing at ${path.slice(0, 200)}.`)
}

function readQuery({ multiValueQueryStringParameters: query }: Event): Record<string, string> {
  return Object.fromEntries(
    Object.entries(query ?? {}).map(([name, values]) => {
      const [value = '', ...others] = values ?? []
      if (others.length === 0) return [name, value]
      throw new Fault('invalid-request', `The parameter ${name.slice(0, 100)} is given twice.`, {
        errors: [{ pointer: `/query/${name.slice(0, 100)}`, detail: 'is given twice' }],
      })
    }),
  )
}

/** The API hands over every body in base64 at once: Lambda takes 6 MB of it. */
async function* readBytes({ body, isBase64Encoded }: Event): AsyncGenerator<Uint8Array> {
  if (body) yield Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8')
}

function readText({ body, isBase64Encoded }: Event): { readonly body?: string } {
  if (body === null || body === undefined || body === '') return {}
  if ((isBase64Encoded ? (body.length * 3) / 4 - 2 : body.length) > bodyLimit)
    throw new Fault('too-large', `The body is larger than ${bodyLimit} bytes.`)
  if (!isBase64Encoded) return { body }
  try {
    return { body: new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(body, 'base64')) }
  } catch (cause) {
    throw new Fault('invalid-request', 'The body is not UTF-8.', { cause })
  }
}
