import type { Reading, Stream } from '../api/operation.ts'
import { Fault } from '../domain/faults.ts'
import { byteRange, isUnchanged } from './byte-range.ts'
import { withEnd } from './with-end.ts'

/** What is known of bytes before they are read. `etag` as HTTP writes it. */
export interface BytesInfo {
  readonly name: string
  readonly size: number | null
  readonly modified: string | null
  readonly etag: string | null
}

/**
 * Bytes as a reply that no browser takes for a page: an attachment, never sniffed. Heeds ranges and `If-None-Match`.
 * `read` is not called where no bytes are wanted; `done` is called once, however the stream ends. Fewer bytes than
 * were promised break the reply off. Fault range-not-satisfiable.
 */
export async function bytesReply(
  info: BytesInfo,
  reading: Reading,
  read: (range: readonly [number, number] | undefined) => Promise<AsyncIterable<Uint8Array>>,
  done: () => Promise<void>,
): Promise<Stream> {
  if (isUnchanged(reading, info.etag))
    return { status: 304, headers: validators(info), stream: withEnd(nothing(), done) }
  const range = byteRange(reading, info)
  const length = range ? range[1] - range[0] : info.size
  const bytes = await read(range)
  return {
    ...(range && { status: 206 }),
    headers: {
      ...bytesHeaders(info),
      ...lengthHeader(length),
      ...(range && { 'content-range': `bytes ${range[0]}-${range[1] - 1}/${info.size}` }),
    },
    stream: withEnd(length === null ? bytes : exactly(length, bytes), done),
  }
}

/** The headers of bytes without the bytes. */
export function bytesHead(info: BytesInfo, reading: Reading): Stream {
  if (isUnchanged(reading, info.etag)) return { status: 304, headers: validators(info), stream: nothing() }
  return { headers: { ...bytesHeaders(info), ...lengthHeader(info.size) }, stream: nothing() }
}

type Headers = Readonly<Record<string, string>>

const lengthHeader = (length: number | null): Headers => (length === null ? {} : { 'content-length': String(length) })

const bytesHeaders = (info: BytesInfo): Headers => ({
  ...validators(info),
  'content-type': 'application/octet-stream',
  'content-disposition': attachment(info.name),
  'x-content-type-options': 'nosniff',
  ...(info.size !== null && { 'accept-ranges': 'bytes' }),
})

const validators = ({ etag, modified }: BytesInfo): Headers => ({
  ...(etag !== null && { etag }),
  ...(modified !== null && { 'last-modified': new Date(modified).toUTCString() }),
})

/** RFC 6266: a plain name for old readers, and the whole one percent-encoded. */
export function attachment(name: string): string {
  const plain = name.replace(/[^\x20-\x7e]|["\\%;]/g, '_')
  const whole = encodeURIComponent(name.toWellFormed()).replace(
    /['()*]/g,
    (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`,
  )
  return `attachment; filename="${plain}"${plain === name ? '' : `; filename*=UTF-8''${whole}`}`
}

/** The chunks, if they come to so many bytes: neither fewer nor more are ever taken for the whole. */
async function* exactly(length: number, chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let left = length
  for await (const chunk of chunks) {
    left -= chunk.byteLength
    if (left < 0) break
    yield chunk
  }
  if (left !== 0)
    throw new Fault('source-changed', 'The file changed while it was read.', { hint: 'Read it again from its start.' })
}

async function* nothing(): AsyncGenerator<Uint8Array> {}
