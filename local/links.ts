import type { IncomingMessage } from 'node:http'
import { verifyLink } from '../shared/adapters/local/links.ts'
import { outsideObject } from '../shared/adapters/object-rules.ts'
import type { Reply } from '../shared/api/perform.ts'
import { attachment } from '../shared/domain/attachment.ts'
import type { Stores } from './world.ts'

/** The bytes that a signed link gives, or a range of them. Faults: forbidden, not-found, range-not-satisfiable. */
export async function answerLink(
  { objects, linkKey }: Stores,
  { method, headers }: IncomingMessage,
  url: URL,
): Promise<Reply> {
  const { key, filename } = verifyLink(linkKey, url.searchParams)
  const { size, etag } = await objects.head(key)
  const range = readRange(headers.range, size)
  const [begin, end] = range ?? [0, size]
  return {
    status: range ? 206 : 200,
    headers: {
      'content-type': 'application/octet-stream',
      'content-disposition': attachment(filename),
      'content-length': String(end - begin),
      'accept-ranges': 'bytes',
      etag: `"${etag}"`,
      'x-content-type-options': 'nosniff',
      ...(range && { 'content-range': `bytes ${begin}-${end - 1}/${size}` }),
    },
    body: method === 'HEAD' ? '' : await objects.get(key, [begin, end]),
  }
}

/** One range of a `Range` header, half-open; undefined where the whole is meant (RFC 9110 lets us ignore the rest). */
function readRange(header: string | undefined, size: number): readonly [number, number] | undefined {
  const match = /^bytes=(\d*)-(\d*)$/.exec(header?.trim() ?? '')
  if (match === null || (match[1] === '' && match[2] === '') || size === 0) return undefined
  const [first, last] = match.slice(1).map((text) => (text === '' ? undefined : Number(text)))
  const begin = first ?? Math.max(0, size - last!)
  const end = first === undefined || last === undefined ? size : Math.min(size, last + 1)
  if (first !== undefined && last !== undefined && last < first) return undefined
  if (begin < end) return [begin, end]
  throw outsideObject(size)
}
