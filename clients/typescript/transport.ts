import type { OperationId } from '../../shared/api/index.ts'
import type { CallArguments, CallInput, CallOptions, CallReply, ItemOf, ListId } from './call-types.ts'
import { ConnectionFailed, errorOf, HeadgateError, TimedOut } from './errors.ts'
import { Pages } from './pages.ts'
import { routes } from './routes.ts'

export interface Settings {
  /** Where Headgate is: `https://headgate.example.org`, or a path before `/v1`. In a browser, by default this page's own. */
  readonly url?: string
  /** A token or a session's JWT; a function is asked before every request, so that sessions can be renewed. */
  readonly token?: string | (() => string | undefined | Promise<string | undefined>)
  readonly fetch?: typeof fetch
  /** The longest silence of the server, milliseconds (60,000). */
  readonly timeoutMs?: number
  /** Further tries of what is safe to try again (3). */
  readonly maxRetries?: number
  /** Ends everything that is under way, besides the signals of single calls. */
  readonly signal?: AbortSignal
}

/** A response whose silence is watched: `touch` after every piece, `end` when nothing more is read. */
interface Watched {
  readonly response: Response
  touch(): void
  end(): void
  /** What a failure while reading means. */
  explain(thrown: unknown): unknown
}

const longestWaitMs = 30_000

/** Performs the operations of the API by their ids. Throws an ApiError for every answer that is no success. */
export class Transport {
  readonly url: string
  /** Sends a request as it is, without the token. */
  readonly fetch: typeof fetch
  readonly #settings: Settings

  constructor(settings: Settings = {}) {
    const { env } = (globalThis as { process?: { env?: Record<string, string | undefined> } }).process ?? {}
    const url = settings.url ?? env?.HEADGATE_URL ?? (globalThis as { location?: { origin: string } }).location?.origin
    if (!url || !/^https?:\/\/[^/?#@]+(\/[^?#]*)?$/.test(url))
      throw new HeadgateError('The address must be like https://headgate.example.org: pass `url` or set HEADGATE_URL.')
    this.url = url.replace(/\/+$/, '')
    // Browsers refuse to run theirs as the method of something else.
    this.fetch = settings.fetch ?? ((...request) => fetch(...request))
    this.#settings = { ...settings, token: settings.token ?? env?.HEADGATE_TOKEN ?? '' }
  }

  /** Performs one operation and gives its decoded answer. */
  async call<Id extends OperationId>(id: Id, ...[input, options]: CallArguments<Id>): Promise<CallReply<Id>> {
    const watched = await this.#send(id, input, options)
    const { response } = watched
    const isJson = /^application\/json\b/.test(response.headers.get('content-type') ?? '')
    if (!isJson && response.status !== 204) {
      watched.end()
      return response as CallReply<Id>
    }
    try {
      const text = await response.text()
      const value = text ? JSON.parse(text) : undefined
      const etag = response.headers.get('etag')
      if (etag && value) etags.set(value, etag)
      return value
    } catch (thrown) {
      throw watched.explain(thrown)
    } finally {
      watched.end()
    }
  }

  /** Every item of a list, page by page as they are needed. */
  list<Id extends ListId>(id: Id, ...[input, options]: CallArguments<Id>): Pages<ItemOf<Id>> {
    return new Pages((cursor) =>
      (this.call as (id: Id, input: unknown, options?: CallOptions) => Promise<never>).call(
        this,
        id,
        cursor === undefined ? input : { ...(input as object), cursor },
        options,
      ),
    )
  }

  /** The JSON of an operation that, asked otherwise, answers with bytes. */
  async json<T>(id: 'readObject' | 'readSourceObject', input: object, options?: CallOptions): Promise<T> {
    return (await this.call(id, input as CallInput<typeof id>, options)) as T
  }

  /** The response itself, its body not read yet. */
  async open<Id extends OperationId>(id: Id, ...[input, options]: CallArguments<Id>): Promise<Response> {
    const watched = await this.#send(id, input, options)
    watched.end()
    return watched.response
  }

  /** The bytes of an answer as they come. */
  async *stream<Id extends OperationId>(id: Id, ...[input, options]: CallArguments<Id>): AsyncGenerator<Uint8Array> {
    const watched = await this.#send(id, input, options)
    const reader = watched.response.body?.getReader()
    try {
      while (reader) {
        const { done, value } = await reader.read()
        if (done) return
        watched.touch()
        yield value
      }
    } catch (thrown) {
      throw watched.explain(thrown)
    } finally {
      watched.end()
      await reader?.cancel().catch(() => {})
    }
  }

  /** The address of a call, its path and query. */
  target<Id extends OperationId>(id: Id, ...[input]: CallArguments<Id>): string {
    return this.url + targetOf(id, input as Fields)
  }

  async #send<Id extends OperationId>(id: Id, input: CallInput<Id> | undefined, options: CallOptions = {}) {
    const [, method, flags] = /^([A-Z]+)(\S*)/.exec(routes[id])!
    const { maxRetries = this.#settings.maxRetries ?? 3 } = options
    const signal = anyOf(options.signal, this.#settings.signal)
    const headers: Record<string, string> = { ...options.headers }
    const { body } = (input ?? {}) as { body?: unknown }
    const isBytes = isRaw(body)
    if (body !== undefined && !isBytes) headers['content-type'] = 'application/json'
    if (flags!.includes('+')) headers['idempotency-key'] = options.idempotencyKey ?? randomKey()
    if (options.ifMatch !== undefined || flags!.includes('=')) headers['if-match'] = options.ifMatch ?? '*'
    const isStream = typeof ReadableStream !== 'undefined' && body instanceof ReadableStream
    const isSafe = !isStream && (/GET|HEAD|PUT/.test(method!) || 'idempotency-key' in headers)
    const url = this.url + targetOf(id, (input ?? {}) as Fields)
    const init = {
      method: method!,
      headers,
      ...(body !== undefined && { body: (isBytes ? body : JSON.stringify(body)) as string }),
      ...(isStream && { duplex: 'half' as const }),
    }
    for (let attempt = 0; ; attempt++) {
      const isLast = attempt >= maxRetries || !isSafe
      let waitMs: number | undefined
      try {
        const watched = await this.#request(url, init, { ...options, signal })
        if (watched.response.ok) return watched
        const error = await errorOf(watched.response).finally(watched.end)
        const { status } = error
        if (isLast || error.retry === 'never' || !(status === 408 || status === 429 || status >= 500)) throw error
        waitMs = retryAfterMs(watched.response.headers.get('retry-after'))
      } catch (thrown) {
        if (isLast || !(thrown instanceof ConnectionFailed)) throw thrown
      }
      await sleep(waitMs ?? Math.min(8000, 400 * 2 ** attempt) * (0.5 + Math.random() / 2), signal)
    }
  }

  async #request(url: string, init: RequestInit, { signal, timeoutMs }: CallOptions): Promise<Watched> {
    const limitMs = timeoutMs ?? this.#settings.timeoutMs ?? 60_000
    const silence = new AbortController()
    let timer: ReturnType<typeof setTimeout> | undefined
    const end = () => clearTimeout(timer)
    const touch = () => {
      end()
      timer = setTimeout(() => silence.abort(), limitMs)
    }
    const explain = (thrown: unknown) =>
      signal?.aborted
        ? signal.reason
        : silence.signal.aborted
          ? new TimedOut(`${this.url} was silent for ${limitMs} ms.`, { cause: thrown })
          : new ConnectionFailed(`${this.url} did not answer, or broke off its answer.`, { cause: thrown })
    signal?.throwIfAborted()
    const { token } = this.#settings
    const bearer = typeof token === 'function' ? await token() : token
    const headers = { ...(init.headers as object), ...(bearer && { authorization: `Bearer ${bearer}` }) }
    touch()
    try {
      const response = await this.fetch(url, { ...init, headers, signal: anyOf(signal, silence.signal)! })
      touch()
      return { response, touch, end, explain }
    } catch (thrown) {
      end()
      throw explain(thrown)
    }
  }
}

/** Whether there is an operation of this id. */
export const isOperation = (id: string): id is OperationId => Object.hasOwn(routes, id)

/** A signal that ends when any of them does. */
const anyOf = (...signals: (AbortSignal | undefined)[]): AbortSignal | undefined => {
  const given = signals.filter((signal) => signal !== undefined)
  return given.length > 1 ? AbortSignal.any(given) : given[0]
}

const etags = new WeakMap<object, string>()

/** The ETag of the version that a record was read at, for `ifMatch`. */
export const etagOf = (record: object): string | undefined => etags.get(record)

type Fields = Readonly<Record<string, unknown>>

/** The path and the query of a call. Each value of the path is encoded once; lists and objects of the query are JSON. */
function targetOf(id: OperationId, input: Fields = {}): string {
  const { body: _, ...query }: Record<string, unknown> = input
  const path = routes[id].replace(/^\S+ /, '').replace(/\{(\w+)\+?\}/g, (_, name: string) => {
    const value = String(query[name] ?? '')
    delete query[name]
    // An address would lose such a part, and then lead elsewhere.
    if (/^\.{0,2}$/.test(value)) throw new HeadgateError(`\`${name}\` of ${id} must not be ${JSON.stringify(value)}.`)
    return encodeURIComponent(value)
  })
  const given = Object.entries(query).filter(([, value]) => value !== undefined && value !== null)
  const text = new URLSearchParams(given.map(([name, value]): [string, string] => [name, asText(value)])).toString()
  return text ? `${path}?${text}` : path
}

const asText = (value: unknown): string => (typeof value === 'object' ? JSON.stringify(value) : String(value))

/** A body that is sent as it is. */
const isRaw = (body: unknown): boolean =>
  typeof body === 'string' ||
  body instanceof ArrayBuffer ||
  ArrayBuffer.isView(body) ||
  (typeof Blob !== 'undefined' && body instanceof Blob) ||
  (typeof ReadableStream !== 'undefined' && body instanceof ReadableStream)

/** `crypto.randomUUID` is only there on pages that came over TLS. */
const randomKey = (): string => [...crypto.getRandomValues(new Uint32Array(4))].map((n) => n.toString(36)).join('-')

function retryAfterMs(text: string | null): number | undefined {
  if (!text) return undefined
  const ms = /^\d+$/.test(text) ? Number(text) * 1000 : Date.parse(text) - Date.now()
  return Number.isNaN(ms) ? undefined : Math.min(Math.max(ms, 0), longestWaitMs)
}

/** Waits; ends early, with its reason, when the signal does. */
export function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const done = () => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', done)
      signal?.aborted ? reject(signal.reason) : resolve()
    }
    const timer = setTimeout(done, ms)
    signal?.addEventListener('abort', done)
    if (signal?.aborted) done()
  })
}
