import type { Schema } from '../../domain/batch.ts'

/** Of a table's keys those whose columns are all there and never null: what tells every row from every other. */
export const notNullKeys = ({
  keys,
  columns,
}: {
  readonly keys: readonly (readonly string[])[]
  readonly columns: Schema
}): (readonly string[])[] =>
  keys.filter(
    (key) => key.length > 0 && key.every((name) => columns.some((column) => column.name === name && !column.nullable)),
  )
