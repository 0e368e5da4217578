import type { Context, APIGatewayProxyEvent as Event } from 'aws-lambda'
import { vi } from 'vitest'
import type { Role } from '../../shared/domain/caller.ts'

export interface EventOptions {
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
  readonly isBase64Encoded?: boolean
  readonly caller?: string
  /** What the authorizer said, in place of the two. */
  readonly authorizer?: Readonly<Record<string, string>>
  /** Null: the operation has no authorizer. */
  readonly role?: Role | null
}

/** What a REST API sends for `GET /v1/…`: the stage is not in the path, which is as it came; the query is decoded. */
export function apiEvent(method: string, target: string, options: EventOptions = {}): Event {
  const [path = '', search = ''] = target.split('?')
  const query = new URLSearchParams(search)
  const multi = Object.fromEntries([...query.keys()].map((name) => [name, query.getAll(name)]))
  const role = options.role === undefined ? 'admin' : options.role
  return {
    resource: '/{whatever+}',
    path: path.replace(/^\/v1/, ''),
    httpMethod: method,
    headers: { Host: 'api.example', ...options.headers },
    multiValueHeaders: {},
    queryStringParameters: Object.fromEntries(query),
    multiValueQueryStringParameters: multi,
    pathParameters: {},
    stageVariables: null,
    body: options.body ?? null,
    isBase64Encoded: options.isBase64Encoded ?? false,
    requestContext: {
      requestId: 'request-1',
      path,
      stage: 'v1',
      authorizer: options.authorizer
        ? options.authorizer
        : role === null
          ? null
          : { principalId: 'ada', caller: options.caller ?? 'ada', role },
    },
  } as unknown as Event
}

export const context = (leftMs = 29_000): Context => {
  const end = Date.now() + leftMs
  return { getRemainingTimeInMillis: () => end - Date.now() } as Context
}

/** Everything that is logged while `run` runs, as it is written. */
export async function logged(run: () => Promise<unknown>): Promise<string> {
  let text = ''
  const write = (chunk: unknown) => {
    text += String(chunk)
    return true
  }
  const spies = [
    vi.spyOn(process.stdout, 'write').mockImplementation(write),
    vi.spyOn(process.stderr, 'write').mockImplementation(write),
  ]
  try {
    await run()
  } finally {
    for (const spy of spies) spy.mockRestore()
  }
  return text
}
