import type { Batch, Rows } from '../domain/batch.ts'

/** The first rows of a table in flight; the producer is ended once they are there. */
export const firstRows = ({ schema, batches }: Rows, limit: number): Rows => ({
  schema,
  batches: firstOf(batches, limit),
})

async function* firstOf(batches: AsyncIterable<Batch>, limit: number): AsyncGenerator<Batch> {
  let left = limit
  for await (const { rows, columns } of batches) {
    // columns may be longer than their batch, so that a shorter batch needs no others
    yield { rows: Math.min(rows, left), columns }
    left -= rows
    if (left <= 0) return
  }
}
