import type { UseCase } from '../api/operation.ts'
import type * as api from '../api/sources.ts'
import { readCursor, writeCursor } from './list-page.ts'
import { databasesOf, tablesOf, withConnection } from './with-connection.ts'

export const listTables: UseCase<typeof api.listTables> = async (
  { sources },
  { source, database, schema, search, limit, cursor, signal },
) => {
  const after = cursor === undefined ? undefined : readCursor(cursor)
  const { items, next } = await withConnection(sources, source, signal, (opened) => {
    if (database !== undefined) databasesOf(opened)
    return tablesOf(opened).list({
      limit,
      ...(database !== undefined && { database }),
      ...(schema !== undefined && { schema }),
      ...(search !== undefined && { search }),
      ...(after !== undefined && { after }),
    })
  })
  return { body: { items: [...items], next: next === null ? null : writeCursor(next) } }
}
