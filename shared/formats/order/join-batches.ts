import type { Batch, Column, FieldType, Schema } from '../../domain/batch.ts'
import { newValues } from '../values.ts'

/** The rows of batches, one behind the other, in memory of its own. */
export function joinBatches(schema: Schema, batches: readonly Batch[]): Batch {
  const rows = batches.map((batch) => batch.rows)
  const columns = schema.map(({ type }, i) => {
    const parts = batches.map((batch, j) => ({ column: batch.columns[i]!, begin: 0, end: rows[j]! }))
    return joinColumn(type, parts)
  })
  return { rows: rows.reduce((sum, count) => sum + count, 0), columns }
}

/** The rows [begin, end) of a column. */
interface Part {
  readonly column: Column
  readonly begin: number
  readonly end: number
}

function joinColumn(type: FieldType, parts: readonly Part[]): Column {
  const rows = parts.reduce((sum, { begin, end }) => sum + end - begin, 0)
  const validity = joinValidity(parts, rows)
  const { layout } = parts[0]!.column
  if (layout === 'fixed') {
    const values = newValues(type, rows)
    const slots = newValues(type, 1).length
    let at = 0
    for (const { column, begin, end } of parts) {
      const own = (column as Column & { layout: 'fixed' }).values
      values.set(own.subarray(begin * slots, end * slots) as never, at)
      at += (end - begin) * slots
    }
    return { layout, validity, values }
  }
  const { offsets, spans } = joinOffsets(parts, rows)
  if (layout === 'list')
    return { layout, validity, offsets, items: joinColumn((type as FieldType & { is: 'list' }).of, spans) }
  const data = new Uint8Array(offsets.at(-1)!)
  let at = 0
  for (const [i, { begin, end }] of spans.entries()) {
    data.set((parts[i]!.column as Column & { layout: 'bytes' }).data.subarray(begin, end), at)
    at += end - begin
  }
  return { layout, validity, offsets, data }
}

/** The offsets of all rows, and which bytes or items of each part they are about. */
function joinOffsets(parts: readonly Part[], rows: number): { offsets: Int32Array; spans: Part[] } {
  const offsets = new Int32Array(rows + 1)
  let row = 0
  const spans = parts.map(({ column, begin, end }) => {
    const own = column as Column & { layout: 'bytes' | 'list' }
    const shift = offsets[row]! - own.offsets[begin]!
    for (let i = begin; i < end; i++) offsets[++row] = own.offsets[i + 1]! + shift
    const inner = own.layout === 'list' ? own.items : own
    return { column: inner, begin: own.offsets[begin]!, end: own.offsets[end]! }
  })
  return { offsets, spans }
}

function joinValidity(parts: readonly Part[], rows: number): Uint8Array | undefined {
  if (parts.every(({ column }) => column.validity === undefined)) return undefined
  const validity = new Uint8Array(rows)
  let at = 0
  for (const { column, begin, end } of parts) {
    if (column.validity) validity.set(column.validity.subarray(begin, end), at)
    else validity.fill(1, at, at + end - begin)
    at += end - begin
  }
  return validity
}
