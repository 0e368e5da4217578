/** Rows kept until a row group is full: copies, because a batch's memory is the producer's again afterwards. */
import type { Batch, Column, FieldType, Schema } from '../../domain/batch.ts'
import { Fault } from '../../domain/faults.ts'

export interface Group {
  rows: number
  /** About what the rows take. */
  bytes: number
  readonly columns: KeptColumn[]
}

/** A column being filled. Buffers are longer than what is filled, and are used again for the next group. */
export interface KeptColumn {
  rows: number
  hasNulls: boolean
  /** Filled only where `hasNulls`. */
  validity: Uint8Array
  /** Fixed slots, `width` bytes a row, or the bytes that `offsets` cut. */
  data: Uint8Array
  /** Bytes a slot; 0 where `offsets` cut `data` or `items`. */
  readonly width: number
  offsets: Int32Array
  readonly items: KeptColumn | undefined
}

export const newGroup = (schema: Schema): Group => ({
  rows: 0,
  bytes: 0,
  columns: schema.map(({ type }) => newColumn(type)),
})

/** Forgets the rows and keeps the buffers. */
export function clearGroup(group: Group): Group {
  group.rows = 0
  group.bytes = 0
  for (const column of group.columns) clearColumn(column)
  return group
}

/** Every buffer of a group, to be transferred. */
export function buffersOf(group: Group): ArrayBuffer[] {
  const buffers: ArrayBuffer[] = []
  const add = ({ validity, data, offsets, items }: KeptColumn): void => {
    buffers.push(validity.buffer as ArrayBuffer, data.buffer as ArrayBuffer, offsets.buffer as ArrayBuffer)
    if (items) add(items)
  }
  group.columns.forEach(add)
  return buffers
}

/** How many rows of the batch from `from` fit below `limitBytes`; a single row always fits an empty group. */
export function fittingRows(group: Group, batch: Batch, from: number, limitRows: number, limitBytes: number): number {
  let count = Math.min(batch.rows - from, limitRows - group.rows)
  while (count > 0 && group.bytes + bytesOf(group, batch, from, from + count) > limitBytes) {
    if (count === 1) return group.rows === 0 ? 1 : 0
    count >>= 1
  }
  return count
}

/** Copies rows `from .. to` of the batch. */
export function appendRows(group: Group, schema: Schema, batch: Batch, from: number, to: number): void {
  group.bytes += bytesOf(group, batch, from, to)
  for (let i = 0; i < schema.length; i++) {
    const { name, nullable } = schema[i]!
    const column = batch.columns[i]!
    if (!nullable && column.validity) refuseNulls(column.validity, from, to, name)
    appendColumn(group.columns[i]!, column, from, to)
  }
  group.rows += to - from
}

function refuseNulls(validity: Uint8Array, from: number, to: number, name: string): void {
  const at = validity.subarray(from, to).indexOf(0)
  if (at < 0) return
  throw new Fault(
    'source-failed',
    `Column ${JSON.stringify(name)} holds a null though its source says that it never does.`,
    {
      hint: 'Describe the table again: its definition has changed, or the source does not keep to it.',
    },
  )
}

function newColumn(type: FieldType): KeptColumn {
  return {
    rows: 0,
    hasNulls: false,
    validity: new Uint8Array(0),
    data: new Uint8Array(0),
    width: widthOf(type),
    offsets: new Int32Array(widthOf(type) === 0 ? 1 : 0),
    items: type.is === 'list' ? newColumn(type.of) : undefined,
  }
}

function clearColumn(column: KeptColumn): void {
  column.rows = 0
  column.hasNulls = false
  if (column.items) clearColumn(column.items)
}

function appendColumn(kept: KeptColumn, column: Column, from: number, to: number): void {
  const count = to - from
  const rows = kept.rows + count
  appendValidity(kept, column, from, to)
  if (column.layout === 'fixed') {
    const { width } = kept
    kept.data = grown(kept.data, rows * width)
    const { values } = column
    kept.data.set(new Uint8Array(values.buffer, values.byteOffset + from * width, count * width), kept.rows * width)
  } else {
    const start = column.offsets[from]!
    const end = column.offsets[to]!
    const base = kept.rows === 0 ? 0 : kept.offsets[kept.rows]!
    if (kept.offsets.length <= rows) kept.offsets = grownOffsets(kept.offsets, rows + 1)
    const { offsets } = kept
    offsets[0] = 0
    for (let i = 1; i <= count; i++) offsets[kept.rows + i] = column.offsets[from + i]! - start + base
    if (column.layout === 'list') appendColumn(kept.items!, column.items, start, end)
    else {
      kept.data = grown(kept.data, base + end - start)
      kept.data.set(column.data.subarray(start, end), base)
    }
  }
  kept.rows = rows
}

function appendValidity(kept: KeptColumn, column: Column, from: number, to: number): void {
  const { validity } = column
  const rows = kept.rows + to - from
  if (validity) {
    kept.validity = grown(kept.validity, rows)
    if (!kept.hasNulls) kept.validity.fill(1, 0, kept.rows)
    kept.hasNulls = true
    kept.validity.set(validity.subarray(from, to), kept.rows)
  } else if (kept.hasNulls) {
    kept.validity = grown(kept.validity, rows)
    kept.validity.fill(1, kept.rows, rows)
  }
}

/** Growing by transfer frees the shorter buffer at once, which the collector would do late. */
const grown = (array: Uint8Array, length: number): Uint8Array =>
  array.length >= length ? array : new Uint8Array((array.buffer as ArrayBuffer).transfer(roomFor(array.length, length)))

const grownOffsets = (array: Int32Array, length: number): Int32Array =>
  new Int32Array((array.buffer as ArrayBuffer).transfer(4 * roomFor(array.length, length)))

/** A multiple of 16, so that slots of any width can be viewed as words. */
const roomFor = (have: number, needed: number): number => (Math.max(needed, Math.min(have * 2, needed * 2)) + 15) & ~15

function bytesOf(group: Group, batch: Batch, from: number, to: number): number {
  let bytes = 0
  for (let i = 0; i < group.columns.length; i++) bytes += columnBytes(group.columns[i]!, batch.columns[i]!, from, to)
  return bytes
}

function columnBytes(kept: KeptColumn, column: Column, from: number, to: number): number {
  if (column.layout === 'fixed') return (to - from) * (kept.width + 1)
  const start = column.offsets[from]!
  const end = column.offsets[to]!
  const inner = column.layout === 'list' ? columnBytes(kept.items!, column.items, start, end) : end - start
  return (to - from) * 5 + inner
}

function widthOf(type: FieldType): number {
  switch (type.is) {
    case 'bool':
      return 1
    case 'int32':
    case 'date':
    case 'float32':
      return 4
    case 'int64':
    case 'timestamp':
    case 'float64':
      return 8
    case 'decimal':
      return type.precision <= 18 ? 8 : 16
    case 'uuid':
      return 16
    default:
      return 0
  }
}
