import type { Batch, Rows } from '../domain/batch.ts'
import { sliceRows } from './slice.ts'

/** The rows after the first `count`. */
export function skipRows({ schema, batches }: Rows, count: number): Rows {
  return {
    schema,
    batches: (async function* (): AsyncGenerator<Batch> {
      let left = count
      for await (const batch of batches) {
        const skipped = Math.min(left, batch.rows)
        left -= skipped
        if (skipped === 0) yield batch
        else if (skipped < batch.rows) yield sliceRows(schema, batch.columns, skipped, batch.rows)
      }
    })(),
  }
}
