import type { Field, Rows } from '../domain/batch.ts'
import { ColumnCounter, type ColumnCounts } from './statistics/column.ts'

/** Values that are told apart, over all columns: what the counting takes in memory does not grow with the rows. */
const mostDistinct = 65_536

/** What is in each column, counted over every row in one pass. */
export async function countColumns({ schema, batches }: Rows): Promise<{
  readonly rows: number
  readonly columns: readonly { readonly field: Field; readonly counts: ColumnCounts }[]
}> {
  const each = Math.min(1000, Math.max(16, Math.floor(mostDistinct / Math.max(1, schema.length))))
  const counters = schema.map((field) => new ColumnCounter(field, each))
  let rows = 0
  for await (const batch of batches) {
    rows += batch.rows
    for (const [i, counter] of counters.entries()) counter.add(batch.columns[i]!, batch.rows)
  }
  return { rows, columns: schema.map((field, i) => ({ field, counts: counters[i]!.counts() })) }
}
