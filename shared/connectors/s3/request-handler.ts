import { Readable } from 'node:stream'
import type { ReadableStream } from 'node:stream/web'
import type { Egress } from '../kind.ts'

/** A request of the SDK, as far as it is used here. */
interface SdkRequest {
  readonly method: string
  readonly protocol: string
  readonly hostname: string
  readonly port?: number
  readonly path: string
  readonly query?: Readonly<Record<string, string | readonly string[] | null>>
  readonly headers: Readonly<Record<string, string>>
  readonly body?: unknown
}

/**
 * Lets the SDK speak through the guarded door: one connection a request, no redirect followed, ended when the signal
 * of the connection aborts.
 */
export const requestHandler = (egress: Egress, signal: AbortSignal) => ({
  async handle(request: SdkRequest, { abortSignal }: { abortSignal?: unknown } = {}) {
    const signals = abortSignal instanceof AbortSignal ? AbortSignal.any([signal, abortSignal]) : signal
    const response = await egress.fetch(urlOf(request), {
      method: request.method,
      headers: request.headers,
      body: bodyOf(request.body),
      signal: signals,
      redirect: 'manual',
    })
    return {
      response: {
        statusCode: response.status,
        headers: Object.fromEntries(response.headers),
        body: response.body === null ? Readable.from([]) : Readable.fromWeb(response.body as ReadableStream),
      },
    }
  },
  destroy() {},
  metadata: { handlerProtocol: 'http/1.1' },
  updateHttpClientConfig() {},
  httpHandlerConfigs: () => ({}),
})

function urlOf({ protocol, hostname, port, path, query }: SdkRequest): URL {
  const pairs = Object.entries(query ?? {}).flatMap(([name, value]) =>
    (Array.isArray(value) ? value : [value]).map((one) =>
      one === null ? quote(name) : `${quote(name)}=${quote(one)}`,
    ),
  )
  const search = pairs.length > 0 ? `?${pairs.join('&')}` : ''
  return new URL(`${protocol}//${hostname}${port === undefined ? '' : `:${port}`}${path}${search}`)
}

/** RFC 3986, as the signature has it. */
const quote = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`)

/** Bodies are held as a whole: the short texts of requests, and one part of an object. */
const bodyOf = (body: unknown): string | Uint8Array<ArrayBuffer> | undefined =>
  (typeof body === 'string' && body !== '') || body instanceof Uint8Array
    ? (body as string | Uint8Array<ArrayBuffer>)
    : undefined
