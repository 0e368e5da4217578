import type { UseCase } from '../api/operation.ts'
import type * as api from '../api/sources.ts'
import { readCursor, writeCursor } from './list-page.ts'
import { databasesOf, withConnection } from './with-connection.ts'

export const listDatabases: UseCase<typeof api.listDatabases> = async (
  { sources },
  { source, limit, cursor, signal },
) => {
  const after = cursor === undefined ? undefined : readCursor(cursor)
  const { items, next } = await withConnection(sources, source, signal, (opened) =>
    databasesOf(opened)({ limit, ...(after !== undefined && { after }) }),
  )
  return { body: { items: items.map((name) => ({ name })), next: next === null ? null : writeCursor(next) } }
}
