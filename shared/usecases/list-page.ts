import { Fault } from '../domain/faults.ts'
import type { CatalogReader, Collection, Entry } from '../ports/catalog.ts'

/** A page of a collection's entries, those that `keep` refuses left out. The cursor is the last id, encoded. */
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
  let after = cursor === undefined ? undefined : readCursor(cursor)
  for (;;) {
    const page = await catalog.list(collection, {
      limit,
      ...(after !== undefined && { after }),
      ...(descending && { descending }),
      ...(prefix !== undefined && { prefix }),
    })
    for (const [i, entry] of page.entries.entries()) {
      if (!keep(entry)) continue
      entries.push(entry)
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
