import { Fault } from '../domain/faults.ts'

/** Bytes of an object, half-open. */
export type ByteRange = readonly [begin: number, end: number]

/** The range within an object of that size: an end past it is clamped. Fault range-not-satisfiable. */
export function clampRange(range: ByteRange, size: number): ByteRange {
  const [begin, end] = range
  checkRange(range)
  if (begin > size) throw outsideObject(size)
  return [begin, Math.min(end, size)]
}

/** The fault for a range that begins past an object's end. */
export const outsideObject = (size: number): Fault =>
  new Fault('range-not-satisfiable', `The object has ${size} bytes: the range is outside them.`, {
    headers: { 'content-range': `bytes */${size}` },
  })

/** Refuses a range that is none, whatever the object. */
export function checkRange([begin, end]: ByteRange): void {
  if (!Number.isSafeInteger(begin) || !Number.isSafeInteger(end) || begin < 0 || begin > end) {
    throw new Fault('range-not-satisfiable', 'A byte range is [begin, end) with 0 <= begin <= end.')
  }
}

/** Refuses a page that is not 1 to 1000. */
export function checkObjectPage({ limit }: { readonly limit: number }): void {
  if (!Number.isInteger(limit) || limit < 1 || limit > 1000) {
    throw new Fault('invalid-request', 'A page is 1 to 1000 objects.')
  }
}

/** Refuses a link's life that S3 would not sign: it takes up to a week. */
export function checkLinkSeconds(seconds: number): void {
  if (!Number.isInteger(seconds) || seconds < 1 || seconds > 604_800) {
    throw new Fault('invalid-request', 'A link lives for 1 second to 7 days.')
  }
}

export const noSuchObject = (key: string, cause?: unknown): Fault =>
  new Fault('not-found', `There is no object ${JSON.stringify(key)}.`, { cause })

export const objectChanged = (key: string, cause?: unknown): Fault =>
  new Fault('precondition-failed', `The object ${JSON.stringify(key)} is not the one that If-Match names.`, {
    hint: 'Read it again, and repeat the change on what is there now.',
    cause,
  })

export const noSuchUpload = (cause?: unknown): Fault =>
  new Fault('not-found', 'That upload is over.', { hint: 'Begin another one.', cause })

/** Bytes that all parts of an upload must have but the last one. */
export const minPartBytes = 5 * 1024 * 1024

export const maxParts = 10_000

export const wrongParts = (cause?: unknown): Fault =>
  new Fault('invalid-request', 'The parts are not those that have arrived.', {
    hint: 'Name each part once, by number, with its ETag; all but the last have at least 5 MB.',
    cause,
  })

/** Refuses a number that no part can have. */
export function checkPartNumber(number: number): void {
  if (!Number.isInteger(number) || number < 1 || number > maxParts)
    throw new Fault('invalid-request', `Parts are numbered from 1 to ${maxParts}.`)
}

export const objectTaken = (key: string, cause?: unknown): Fault =>
  new Fault('precondition-failed', `There is already an object ${JSON.stringify(key)}.`, { cause })
