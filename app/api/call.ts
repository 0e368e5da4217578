import { session } from '../session/session.ts'
import { ApiProblem } from './problem.ts'

export interface CallOptions {
  /** Undefined members are left out; what is no text is sent as JSON. */
  readonly query?: Readonly<Record<string, unknown>>
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
  readonly signal?: AbortSignal | undefined
}

/** One call of the API. Throws ApiProblem where the answer is no success. */
export async function send(method: string, path: string, options: CallOptions = {}): Promise<Response> {
  const { query = {}, body, headers = {}, signal } = options
  const search = new URLSearchParams()
  for (const [name, value] of Object.entries(query))
    if (value !== undefined) search.set(name, typeof value === 'string' ? value : JSON.stringify(value))
  const isRaw = body instanceof Blob
  const token = await session.token()
  const response = await fetch(search.size === 0 ? path : `${path}?${search}`, {
    method,
    headers: {
      ...(token && { authorization: `Bearer ${token}` }),
      ...(body !== undefined && !isRaw && { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body !== undefined && { body: isRaw ? body : JSON.stringify(body) }),
    ...(signal && { signal }),
  })
  if (response.ok) return response
  const problem = (await response.json().catch(() => ({}))) as Partial<ApiProblem>
  if (response.status === 401) session.refused()
  throw new ApiProblem(response.status, problem)
}

/** The JSON that a call answers with. */
export async function call<T>(method: string, path: string, options?: CallOptions): Promise<T> {
  const response = await send(method, path, options)
  return (response.status === 204 ? undefined : await response.json()) as T
}

/** What is changed only if nobody else has changed it since: the record and its ETag. */
export interface Tagged<T> {
  readonly value: T
  readonly etag: string
}

export async function getTagged<T>(path: string, signal?: AbortSignal): Promise<Tagged<T>> {
  const response = await send('GET', path, { signal })
  return { value: (await response.json()) as T, etag: response.headers.get('etag') ?? '*' }
}

/** A path with its parts percent-encoded: path`/v1/sources/${name}`. */
export const path = (texts: TemplateStringsArray, ...parts: readonly (string | number)[]): string =>
  texts.reduce((made, text, i) => made + encodeURIComponent(String(parts[i - 1])) + text)
