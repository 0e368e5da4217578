import type { Reading } from '../api/operation.ts'
import { Fault } from '../domain/faults.ts'

/**
 * The half-open range [begin, end) that a request wants of `size` bytes; undefined for all of them. By RFC 9110 a
 * `Range` that is not one, or that asks for several, is not heeded. Fault range-not-satisfiable.
 */
export function byteRange(
  { range, ifRange }: Reading,
  { size, etag }: { readonly size: number | null; readonly etag: string | null },
): readonly [begin: number, end: number] | undefined {
  const [, first, last] = /^bytes=\s*(\d{0,15})\s*-\s*(\d{0,15})\s*$/i.exec(range ?? '') ?? []
  if (first === undefined || last === undefined || first + last === '' || size === null) return undefined
  if (ifRange !== undefined && (ifRange !== etag || etag.startsWith('W/'))) return undefined
  if (first === '') {
    if (Number(last) === 0) throw outside(size)
    return size === 0 ? undefined : [Math.max(0, size - Number(last)), size]
  }
  const begin = Number(first)
  if (last !== '' && Number(last) < begin) return undefined
  if (begin >= size) throw outside(size)
  return [begin, last === '' ? size : Math.min(size, Number(last) + 1)]
}

/** Whether `If-None-Match` names the ETag: weak ones compare by their text, as RFC 9110 says of reading. */
export function isUnchanged({ ifNoneMatch }: Reading, etag: string | null): boolean {
  if (ifNoneMatch === undefined || etag === null) return false
  const opaque = (tag: string) => tag.trim().replace(/^W\//, '')
  return ifNoneMatch.trim() === '*' || ifNoneMatch.split(',').some((tag) => opaque(tag) === opaque(etag))
}

const outside = (size: number): Fault =>
  new Fault('range-not-satisfiable', `The range is outside the ${size} bytes.`, {
    headers: { 'content-range': `bytes */${size}` },
  })
