import { Fault } from '../domain/faults.ts'
import type { ObjectReader } from '../ports/objects.ts'

/**
 * `If-Match` of an object: its ETag, without quotes; undefined where any will do. `*` is that of what is there now.
 * Fault precondition-failed.
 */
export async function matched(objects: ObjectReader, key: string, ifMatch: string | undefined) {
  if (ifMatch === undefined) return undefined
  if (ifMatch.trim() === '*') return (await objects.head(key).catch(nothingThere)).etag
  const [, etag] = /^\s*"([^"]+)"\s*$/.exec(ifMatch) ?? []
  if (etag === undefined) throw new Fault('precondition-failed', 'That If-Match is no ETag of an object.')
  return etag
}

/** `If-None-Match` of a writer: only `*` makes sense. Fault invalid-request. */
export function isIfAbsent(ifNoneMatch: string | undefined): boolean {
  if (ifNoneMatch === undefined) return false
  if (ifNoneMatch.trim() === '*') return true
  throw new Fault('invalid-request', 'If-None-Match of a PUT can only be `*`.')
}

const nothingThere = (cause: unknown): never => {
  throw new Fault('precondition-failed', 'There is nothing that If-Match could match.', { cause })
}
