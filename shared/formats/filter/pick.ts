import type { Batch, Column, FieldType, FixedValues, Schema } from '../../domain/batch.ts'
import { newValues } from '../values.ts'

/** A batch of the rows at `index[0 .. count)`, in memory of its own. The schema is that of the columns. */
export const pickRows = (schema: Schema, columns: readonly Column[], index: Int32Array, count: number): Batch => ({
  rows: count,
  columns: columns.map((column, i) => pickColumn(schema[i]!.type, column, index, count)),
})

function pickColumn(type: FieldType, column: Column, index: Int32Array, count: number): Column {
  const validity = column.validity && pickValidity(column.validity, index, count)
  if (column.layout === 'fixed') {
    return { layout: 'fixed', validity, values: pickValues(type, column.values, index, count) }
  }
  const offsets = new Int32Array(count + 1)
  for (let i = 0; i < count; i++) {
    offsets[i + 1] = offsets[i]! + column.offsets[index[i]! + 1]! - column.offsets[index[i]!]!
  }
  const size = offsets[count]!
  if (column.layout === 'bytes') {
    const data = new Uint8Array(size)
    for (let i = 0; i < count; i++) {
      data.set(column.data.subarray(column.offsets[index[i]!], column.offsets[index[i]! + 1]), offsets[i])
    }
    return { layout: 'bytes', validity, offsets, data }
  }
  const items = new Int32Array(size)
  for (let i = 0; i < count; i++) {
    const shift = column.offsets[index[i]!]! - offsets[i]!
    for (let at = offsets[i]!; at < offsets[i + 1]!; at++) items[at] = at + shift
  }
  return {
    layout: 'list',
    validity,
    offsets,
    items: pickColumn((type as { of: FieldType }).of, column.items, items, size),
  }
}

function pickValidity(validity: Uint8Array, index: Int32Array, count: number): Uint8Array {
  const picked = new Uint8Array(count)
  for (let i = 0; i < count; i++) picked[i] = validity[index[i]!]!
  return picked
}

function pickValues(type: FieldType, values: FixedValues, index: Int32Array, count: number): FixedValues {
  const picked = newValues(type, count)
  const slots = count === 0 ? 1 : picked.length / count
  for (let i = 0; i < count; i++) {
    for (let slot = 0; slot < slots; slot++) picked[i * slots + slot] = values[index[i]! * slots + slot]!
  }
  return picked
}
