import type { Batch, Column, FieldType, Schema } from '../domain/batch.ts'
import { newValues } from './values.ts'

/** The rows [from, to) of a batch, in the memory of its columns. The schema is that of the columns. */
export const sliceRows = (schema: Schema, columns: readonly Column[], from: number, to: number): Batch => ({
  rows: to - from,
  columns: columns.map((column, i) => sliceColumn(schema[i]!.type, column, from, to)),
})

/** The rows [from, to) of a column, in its memory. */
export function sliceColumn(type: FieldType, column: Column, from: number, to: number): Column {
  const validity = column.validity?.subarray(from, to)
  if (column.layout !== 'fixed') return { ...column, validity, offsets: column.offsets.subarray(from, to + 1) }
  const slots = newValues(type, 1).length
  return { ...column, validity, values: column.values.subarray(from * slots, to * slots) }
}
