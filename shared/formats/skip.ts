import type { Batch, Rows } from '../domain/batch.ts'
import { pickRows } from './filter/pick.ts'

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
        else if (skipped < batch.rows) {
          const kept = batch.rows - skipped
          const index = Int32Array.from({ length: kept }, (_, i) => skipped + i)
          yield pickRows(schema, batch.columns, index, kept)
        }
      }
    })(),
  }
}
