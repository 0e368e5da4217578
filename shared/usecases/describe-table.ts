import type { UseCase } from '../api/operation.ts'
import type * as api from '../api/sources.ts'
import { typeName } from '../domain/batch.ts'
import { tablesOf, withConnection } from './with-connection.ts'

export const describeTable: UseCase<typeof api.describeTable> = async ({ sources }, { source, table, signal }) => {
  const { columns, comments, primaryKey, uniqueKeys, ...info } = await withConnection(
    sources,
    source,
    signal,
    (opened) => tablesOf(opened).describe(table),
  )
  return {
    body: {
      ...info,
      columns: columns.map(({ name, type, native, nullable }, i) => ({
        name,
        type: typeName(type),
        nativeType: native,
        nullable,
        comment: comments[i] ?? null,
      })),
      primaryKey: [...primaryKey],
      uniqueKeys: uniqueKeys.map((key) => [...key]),
    },
  }
}
