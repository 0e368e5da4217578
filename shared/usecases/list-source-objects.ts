import type { UseCase } from '../api/operation.ts'
import type * as api from '../api/source-objects.ts'
import { readCursor, writeCursor } from './list-page.ts'
import { objectsOf, withConnection } from './with-connection.ts'

export const listSourceObjects: UseCase<typeof api.listSourceObjects> = async (
  { sources },
  { source, prefix, delimiter, limit, cursor, signal },
) => {
  const after = cursor === undefined ? undefined : readCursor(cursor)
  const { items, next } = await withConnection(sources, source, signal, (opened) =>
    objectsOf(opened).list({
      prefix,
      limit,
      ...(delimiter !== undefined && { delimiter }),
      ...(after !== undefined && { after }),
    }),
  )
  return { body: { items: [...items], next: next === null ? null : writeCursor(next) } }
}
