/** Large objects: up in parts that can be gone on with, down as they come, both telling how far they are. */
import type { CallOptions } from './call-types.ts'
import { ApiError, ConnectionFailed, errorOf, HeadgateError } from './errors.ts'
import type { objectsOf, uploadsOf } from './resources/stores.ts'
import { sleep } from './transport.ts'

export interface Progress {
  /** Bytes so far. */
  readonly done: number
  /** Bytes in all; undefined where nobody said. */
  readonly total: number | undefined
}

export interface UploadOptions extends CallOptions {
  readonly onProgress?: (progress: Progress) => void
  /** Told once the upload has an id: with it, another call goes on where this one ended. */
  readonly onBegin?: (id: string) => void
  /** The id of an upload that broke off. */
  readonly resume?: string
  /** Replaces nothing: what is there already is the fault precondition-failed. */
  readonly ifAbsent?: boolean
  /** Keeps the version that it replaces. */
  readonly keepOlder?: boolean
  /** Larger ones go in parts, bytes (4 MiB: what one request to AWS takes). */
  readonly wholeUpTo?: number
  /** Parts sent at once (4). */
  readonly concurrency?: number
}

/** Where an upload goes: a Headgate. `fetch` sends the parts, to addresses that need no token. */
interface UploadsTo {
  readonly objects: ReturnType<typeof objectsOf>
  readonly uploads: ReturnType<typeof uploadsOf>
  readonly fetch: typeof fetch
}

const tries = 4

/**
 * Puts a file or bytes under a path, whole or not at all: in one request where it is small, otherwise in parts, of which
 * each is tried again by itself. Bytes are read part by part: a `File`, or Node’s `openAsBlob`, is never whole in memory.
 */
export async function upload(
  { objects, uploads, fetch }: UploadsTo,
  path: string,
  blob: Blob,
  more: UploadOptions = {},
): Promise<{ readonly path: string; readonly size: number; readonly etag: string }> {
  const {
    onProgress,
    onBegin,
    resume,
    ifAbsent = false,
    keepOlder = false,
    wholeUpTo = 4 << 20,
    concurrency = 4,
    ...options
  } = more
  const total = blob.size
  if (resume === undefined && total <= wholeUpTo) {
    const headers = { ...options.headers, ...(ifAbsent && { 'if-none-match': '*' }) }
    const put = await objects.put(path, blob, { keepOlder }, { ...options, headers })
    onProgress?.({ done: total, total })
    return put
  }
  const at =
    resume === undefined
      ? { ...(await uploads.create(path, { ifAbsent, keepOlder }, options)), parts: [] }
      : await uploads.get(resume, options)
  if (at.path !== path) throw new HeadgateError(`The upload ${at.id} is of ${at.path}, not of ${path}.`)
  onBegin?.(at.id)
  const partBytes = Math.max(at.partBytes, Math.ceil(total / at.maxParts))
  const count = Math.max(1, Math.ceil(total / partBytes))
  const sizeOf = (number: number) => Math.min(partBytes, total - (number - 1) * partBytes)
  const arrived = new Map<number, string | undefined>(
    at.parts
      .filter(({ number, size }) => number <= count && size === sizeOf(number))
      .map((part) => [part.number, part.etag]),
  )
  const missing = Array.from({ length: count }, (_, i) => i + 1).filter((number) => !arrived.has(number))
  let done = [...arrived.keys()].reduce((sum, number) => sum + sizeOf(number), 0)
  onProgress?.({ done, total })
  const stop = new AbortController()
  const signal = options.signal ? AbortSignal.any([options.signal, stop.signal]) : stop.signal
  const send = async () => {
    for (let number = missing.shift(); number !== undefined; number = missing.shift()) {
      const begin = (number - 1) * partBytes
      arrived.set(number, await sendPart(blob.slice(begin, begin + partBytes), number))
      done += sizeOf(number)
      onProgress?.({ done, total })
    }
  }
  const sendPart = async (part: Blob, number: number): Promise<string | undefined> => {
    for (let attempt = 1; ; attempt++) {
      try {
        const { parts } = await uploads.sign(at.id, [number], { ...options, signal })
        const reply = await fetch(parts[0]!.url, { method: 'PUT', body: part, signal })
        if (!reply.ok) throw await errorOf(reply)
        return reply.headers.get('etag')?.replaceAll('"', '')
      } catch (thrown) {
        if (signal.aborted || attempt >= tries || !mayPass(thrown)) throw thrown
        await sleep(400 * 2 ** attempt, signal)
      }
    }
  }
  try {
    await Promise.all(Array.from({ length: Math.min(concurrency, count) }, send))
  } finally {
    stop.abort()
  }
  // A browser may not be shown the ETag that the store answered with: then the upload knows it.
  if ([...arrived.values()].includes(undefined))
    for (const { number, etag } of (await uploads.get(at.id, options)).parts) arrived.set(number, etag)
  const parts = [...arrived].flatMap(([number, etag]) => (etag === undefined ? [] : [{ number, etag }]))
  return uploads.complete(
    at.id,
    parts.sort((a, b) => a.number - b.number),
    options,
  )
}

/** No answer, or one that says nothing against the next try. */
const mayPass = (thrown: unknown): boolean =>
  !(thrown instanceof HeadgateError) ||
  thrown instanceof ConnectionFailed ||
  (thrown instanceof ApiError && thrown.status >= 500)

/** The bytes of a response as they come, telling how far it is; a short answer is an error. */
export async function* download(
  response: Response,
  onProgress?: (progress: Progress) => void,
): AsyncGenerator<Uint8Array> {
  const length = response.headers.get('content-length')
  // A length of what was sent compressed says nothing of what arrives.
  const total = length === null || response.headers.has('content-encoding') ? undefined : Number(length)
  let done = 0
  const reader = response.body?.getReader()
  try {
    for (;;) {
      const piece = await reader?.read()
      if (!piece || piece.done) break
      done += piece.value.byteLength
      onProgress?.({ done, total })
      yield piece.value
    }
  } catch (cause) {
    throw new ConnectionFailed('The download broke off.', { cause })
  } finally {
    await reader?.cancel().catch(() => {})
  }
  if (total !== undefined && done !== total) throw new ConnectionFailed(`Of ${total} bytes ${done} arrived.`)
}
