import type { Batch, Column, Rows, Schema } from '../domain/batch.ts'
import { Fault } from '../domain/faults.ts'
import type { Order } from '../domain/filter.ts'
import { pickRows } from './filter/pick.ts'
import { compareCells } from './order/compare-cells.ts'
import { joinBatches } from './order/join-batches.ts'
import { positionsOf } from './read.ts'

/** Most bytes of the rows that are held while the others pass. */
const mostBytes = 64 * 1024 * 1024

/**
 * The rows [begin, end) of an order; rows that are equal in it come as they came. Null is above every value. Holds some
 * three times `end` rows while all others pass. Faults: invalid-request, at the call, for an unknown column; too-large
 * where the rows to hold are too wide.
 */
export function orderRows(
  { schema, batches }: Rows,
  order: readonly Order[],
  [begin, end]: readonly [number, number],
): Rows {
  const names = order.map(({ column }) => column)
  const keys = positionsOf(schema, names).map((position, i) => ({ position, isDescending: order[i]!.descending }))
  const first = (parts: readonly Batch[], from: number): Batch => {
    const joined = joinBatches(schema, parts)
    const compare = compareRows(schema, keys, joined, joined)
    const index = Int32Array.from({ length: joined.rows }, (_, row) => row).sort((i, j) => compare(i, j) || i - j)
    const wanted = index.subarray(from, end)
    return pickRows(schema, joined.columns, wanted, wanted.length)
  }
  return {
    schema,
    batches: (async function* (): AsyncGenerator<Batch> {
      let best: Batch | undefined
      let waiting: Batch[] = []
      let [rows, bytes] = [0, 0]
      for await (const batch of batches) {
        const isAhead = best?.rows === end ? compareRows(schema, keys, batch, best) : undefined
        const index = new Int32Array(batch.rows)
        let count = 0
        for (let row = 0; row < batch.rows; row++) if (!isAhead || isAhead(row, end - 1) < 0) index[count++] = row
        const picked = pickRows(schema, batch.columns, index, count)
        waiting.push(picked)
        rows += count
        bytes += bytesOf(picked.columns)
        if (rows < end && bytes < mostBytes) continue
        best = first(best ? [best, ...waiting] : waiting, 0)
        waiting = []
        ;[rows, bytes] = [0, 0]
        if (bytesOf(best.columns) > mostBytes) throw tooWide()
      }
      const parts = best ? [best, ...waiting] : waiting
      if (parts.length > 0) yield first(parts, begin)
    })(),
  }
}

interface Key {
  readonly position: number
  readonly isDescending: boolean
}

function compareRows(schema: Schema, keys: readonly Key[], a: Batch, b: Batch): (i: number, j: number) => number {
  const compares = keys.map(({ position, isDescending }) => {
    const compare = compareCells(schema[position]!.type, a.columns[position]!, b.columns[position]!)
    return isDescending ? (i: number, j: number) => -compare(i, j) : compare
  })
  return (i, j) => {
    for (const compare of compares) {
      const difference = compare(i, j)
      if (difference !== 0) return difference
    }
    return 0
  }
}

const bytesOf = (columns: readonly Column[]): number =>
  columns.reduce((sum, column) => {
    if (column.layout === 'fixed') return sum + column.values.byteLength
    return (
      sum + column.offsets.byteLength + (column.layout === 'bytes' ? column.data.byteLength : bytesOf([column.items]))
    )
  }, 0)

const tooWide = (): Fault =>
  new Fault('too-large', `The rows to be ordered take more than ${mostBytes >> 20} MB.`, {
    hint: 'Ask for fewer rows or fewer columns.',
  })
