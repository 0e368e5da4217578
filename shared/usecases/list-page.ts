import { Fault } from '../domain/faults.ts'
import type { CatalogReader, Collection, Entry } from '../ports/catalog.ts'

/**
 * A page of a collection's entries, those that `keep` refuses left out, and those that today's schema refuses: one
 * damaged record fails where it is asked for, and not the list of the others. The cursor is the last id, encoded.
 */
export async function listPage<T>(
  catalog: CatalogReader,
  collection: Collection<T>,
  {
    limit,
    cursor,
    descending,
    prefix,
  }: { limit: number; cursor?: string | undefined; descending?: boolean; prefix?: string },
  keep: (entry: Entry<T>) => boolean = () => true,
): Promise<{ entries: Entry<T>[]; next: string | null }> {
  const entries: Entry<T>[] = []
  const readable = { ...collection, schema: collection.schema.nullable().catch(null) }
  let after = cursor === undefined ? undefined : readCursor(cursor)
  for (;;) {
    const page = await catalog.list(readable, {
      limit,
      ...(after !== undefined && { after }),
      ...(descending && { descending }),
      ...(prefix !== undefined && { prefix }),
    })
    for (const [i, { value, ...entry }] of page.entries.entries()) {
      if (value === null || !keep({ ...entry, value })) continue
      entries.push({ ...entry, value })
      if (entries.length === limit) {
        const more = page.next !== null || i + 1 < page.entries.length
        return { entries, next: more ? writeCursor(entry.id) : null }
      }
    }
    if (page.next === null) return { entries, next: null }
    after = page.next
  }
}

/** An id as an opaque cursor. */
export const writeCursor = (id: string): string => Buffer.from(id).toString('base64url')

/** The id in a cursor. */
export function readCursor(cursor: string): string {
  const id = Buffer.from(cursor, 'base64url').toString()
  if (id === '' || writeCursor(id) !== cursor) throw unknownCursor()
  return id
}

export const unknownCursor = (): Fault =>
  new Fault('invalid-request', 'That cursor is not of this list.', {
    hint: 'Send what the page before gave as `next`, with the other parameters unchanged.',
    errors: [{ pointer: '/query/cursor', detail: 'is not of this list' }],
  })
