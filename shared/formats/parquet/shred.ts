/** A column's rows as Parquet sees them: values, and levels that say where they sit. */
import type { FieldType } from '../../domain/batch.ts'
import type { KeptColumn } from '../groups/group.ts'

/** Arrays are scratch, used again for the next column. */
export interface Shredded {
  /** The column that holds the leaf's values. */
  leaf: KeptColumn
  /** Where in `leaf` the present values are, in order. */
  index: Int32Array
  values: number
  /** Entries of the levels: values, nulls and empty lists. */
  entries: number
  definition: Uint8Array
  repetition: Uint8Array
}

/** Scratch for `shred`, growing with the columns that it meets. */
export const newShredded = (): Shredded => ({
  leaf: undefined as unknown as KeptColumn,
  index: new Int32Array(0),
  values: 0,
  entries: 0,
  definition: new Uint8Array(0),
  repetition: new Uint8Array(0),
})

/** Fills `to` from a column. */
export function shred(to: Shredded, type: FieldType, nullable: boolean, column: KeptColumn): void {
  to.leaf = leafColumn(column)
  to.values = 0
  to.entries = 0
  if (type.is === 'list') {
    for (let row = 0; row < column.rows; row++) addEntry(to, type, nullable, column, row, 0, 0, 0)
    return
  }
  makeRoom(to, column.rows)
  to.entries = column.rows
  const { index, definition } = to
  if (!column.hasNulls) {
    for (let row = 0; row < column.rows; row++) index[row] = row
    to.values = column.rows
    definition.fill(1, 0, column.rows)
    return
  }
  const { validity } = column
  let values = 0
  for (let row = 0; row < column.rows; row++) {
    index[values] = row
    values += validity[row]!
  }
  definition.set(validity.subarray(0, column.rows))
  to.values = values
}

function addEntry(
  to: Shredded,
  type: FieldType,
  nullable: boolean,
  column: KeptColumn,
  at: number,
  repetition: number,
  definition: number,
  depth: number,
): void {
  if (nullable) {
    if (column.hasNulls && column.validity[at] === 0) {
      addLevels(to, repetition, definition)
      return
    }
    definition++
  }
  if (type.is !== 'list') {
    addLevels(to, repetition, definition)
    to.index[to.values++] = at
    return
  }
  const start = column.offsets[at]!
  const end = column.offsets[at + 1]!
  if (start === end) addLevels(to, repetition, definition)
  for (let item = start; item < end; item++) {
    addEntry(to, type.of, true, column.items!, item, item === start ? repetition : depth + 1, definition + 1, depth + 1)
  }
}

function addLevels(to: Shredded, repetition: number, definition: number): void {
  makeRoom(to, to.entries + 1)
  to.repetition[to.entries] = repetition
  to.definition[to.entries++] = definition
}

function makeRoom(to: Shredded, entries: number): void {
  if (to.definition.length >= entries) return
  const length = Math.max(entries, to.definition.length * 2, 256)
  const { index, definition, repetition } = to
  to.index = new Int32Array(length)
  to.index.set(index)
  to.definition = new Uint8Array(length)
  to.definition.set(definition)
  to.repetition = new Uint8Array(length)
  to.repetition.set(repetition)
}

const leafColumn = (column: KeptColumn): KeptColumn => (column.items ? leafColumn(column.items) : column)
