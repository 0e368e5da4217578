import type { UseCase } from '../api/operation.ts'
import type * as api from '../api/source-operations.ts'
import { readCursor, unknownCursor, writeCursor } from './list-page.ts'
import { showOperation } from './show-operation.ts'
import { operationsOf, withConnection } from './with-connection.ts'

export const listSourceOperations: UseCase<typeof api.listSourceOperations> = async (
  { sources },
  { source, tag, search, limit, cursor, signal },
) => {
  const begin = cursor === undefined ? 0 : Number(readCursor(cursor))
  if (!Number.isSafeInteger(begin) || begin < 0) throw unknownCursor()
  const all = await withConnection(sources, source, signal, (opened) => operationsOf(opened).list())
  const text = search?.toLowerCase()
  const found = all.filter(
    ({ id, path, summary, tags }) =>
      (tag === undefined || tags.includes(tag)) &&
      (text === undefined || [id, path, summary].some((of) => of.toLowerCase().includes(text))),
  )
  const end = begin + limit
  return {
    body: {
      items: found.slice(begin, end).map(showOperation),
      next: end < found.length ? writeCursor(String(end)) : null,
    },
  }
}
