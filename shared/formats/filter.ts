import type { Batch, Rows } from '../domain/batch.ts'
import type { Filter } from '../domain/filter.ts'
import { compileFilter } from './filter/compile.ts'
import { pickRows } from './filter/pick.ts'
import { positionsOf } from './read.ts'

export interface FilterOptions {
  /** Names of the columns to give, in the order wanted; every column where absent. */
  readonly select?: readonly string[] | undefined
  /** How many rows at most, counted after the filter. */
  readonly limit?: number | undefined
}

export interface FilteredRows extends Rows {
  /** How many rows of the source lie before the place where the rows given so far end: where to go on. */
  scanned(): number
}

/**
 * The rows for which the filter is true: by SQL's three-valued logic, exactly for whole numbers, decimals and
 * timestamps, texts by their UTF-8 bytes, NaN equal to itself and above every number. The producer is freed as soon as
 * the limit is reached. Fault: invalid-request, at the call, for an unknown column or an operand of the wrong type.
 */
export function filterRows(rows: Rows, filter: Filter | undefined, options: FilterOptions = {}): FilteredRows {
  const { limit = Number.POSITIVE_INFINITY } = options
  const wanted = positionsOf(rows.schema, options.select)
  const isKept = filter && compileFilter(rows.schema, filter)
  const schema = wanted.map((i) => rows.schema[i]!)
  let scanned = 0
  return {
    schema,
    scanned: () => scanned,
    batches: (async function* (): AsyncGenerator<Batch> {
      if (limit <= 0) return
      let given = 0
      let passed = 0
      let index = new Int32Array(0)
      for await (const batch of rows.batches) {
        const columns = wanted.map((i) => batch.columns[i]!)
        let count = Math.min(batch.rows, limit - given)
        let end = count
        let kept: Batch = { rows: count, columns }
        if (isKept) {
          if (index.length < batch.rows) index = new Int32Array(batch.rows)
          count = 0
          const test = isKept(batch)
          for (end = 0; end < batch.rows && given + count < limit; end++) if (test(end)) index[count++] = end
          if (count < end) kept = pickRows(schema, columns, index, count)
          else kept = { rows: count, columns }
        }
        given += count
        scanned = passed + end
        passed += batch.rows
        if (count > 0) yield kept
        if (given === limit) return
      }
    })(),
  }
}
