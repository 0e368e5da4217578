/** Batches from plain values and back, so that tests can say what they mean. */
import type { Batch, Column, Field, FieldType, Rows, Schema } from '../../shared/domain/batch.ts'

/**
 * A cell: bool boolean · int32, date, floats number · int64, timestamp (microseconds), decimal (unscaled) bigint ·
 * utf8, json, uuid string · binary Uint8Array · list array · null.
 */
export type Cell = null | boolean | number | bigint | string | Uint8Array | readonly Cell[]

export const field = (name: string, type: FieldType, nullable = true, native = `native ${type.is}`): Field => ({
  name,
  type,
  nullable,
  native,
})

/**
 * Rows in batches of `batchRows`. The memory of each batch is overwritten when the next is asked for, as a producer
 * may do. `onReturn` is called when the iteration ends, early or not.
 */
export function rowsOf(
  schema: Schema,
  cells: readonly (readonly Cell[])[],
  batchRows = 1000,
  onReturn: () => void = () => {},
): Rows {
  return {
    schema,
    batches: (async function* () {
      try {
        for (let from = 0; from < cells.length; from += batchRows) {
          const batch = batchOf(schema, cells.slice(from, from + batchRows))
          yield batch
          batch.columns.forEach(spoil)
        }
      } finally {
        onReturn()
      }
    })(),
  }
}

export const batchOf = (schema: Schema, cells: readonly (readonly Cell[])[]): Batch => ({
  rows: cells.length,
  columns: schema.map(({ type }, i) =>
    columnOf(
      type,
      cells.map((row) => row[i]!),
    ),
  ),
})

export function columnOf(type: FieldType, cells: readonly Cell[]): Column {
  const validity = cells.includes(null) ? Uint8Array.from(cells, (cell) => (cell === null ? 0 : 1)) : undefined
  const present = (otherwise: Cell): Cell[] => cells.map((cell) => cell ?? otherwise)
  switch (type.is) {
    case 'bool':
      return { validity, layout: 'fixed', values: Uint8Array.from(present(false), Number) }
    case 'int32':
    case 'date':
      return { validity, layout: 'fixed', values: Int32Array.from(present(0) as number[]) }
    case 'float32':
      return { validity, layout: 'fixed', values: Float32Array.from(present(0) as number[]) }
    case 'float64':
      return { validity, layout: 'fixed', values: Float64Array.from(present(0) as number[]) }
    case 'int64':
    case 'timestamp':
      return { validity, layout: 'fixed', values: BigInt64Array.from(present(0n) as bigint[]) }
    case 'decimal':
      if (type.precision <= 18) {
        return { validity, layout: 'fixed', values: BigInt64Array.from(present(0n) as bigint[]) }
      }
      return { validity, layout: 'fixed', values: new Uint8Array(wide(present(0n) as bigint[]).buffer) }
    case 'uuid':
      return {
        validity,
        layout: 'fixed',
        values: new Uint8Array(present('0'.repeat(32)).flatMap((text) => [...uuidBytes(text as string)])),
      }
    case 'list': {
      const lists = present([]) as Cell[][]
      return { validity, layout: 'list', offsets: offsetsOf(lists), items: columnOf(type.of, lists.flat(1)) }
    }
    default: {
      const bytes = present('').map((cell) => (typeof cell === 'string' ? Buffer.from(cell) : (cell as Uint8Array)))
      return { validity, layout: 'bytes', offsets: offsetsOf(bytes), data: new Uint8Array(Buffer.concat(bytes)) }
    }
  }
}

/**
 * A batch cut out of a longer one: arrays longer than needed, offsets that do not begin at 0, items that do not begin
 * at the first. What Arrow's layout allows, and a reader must bear.
 */
export function cutBatch(schema: Schema, cells: readonly (readonly Cell[])[], from: number, to: number): Batch {
  const { columns } = batchOf(schema, cells)
  const cut = (type: FieldType, column: Column): Column => {
    const validity = column.validity?.subarray(from)
    if (column.layout !== 'fixed') return { ...column, validity, offsets: column.offsets.subarray(from) }
    const isWide = type.is === 'uuid' || (type.is === 'decimal' && type.precision > 18)
    return { ...column, validity, values: column.values.subarray(from * (isWide ? 16 : 1)) }
  }
  return { rows: to - from, columns: columns.map((column, i) => cut(schema[i]!.type, column)) }
}

/** The cells of every batch. */
export async function cellsOf({ schema, batches }: Rows): Promise<Cell[][]> {
  const rows: Cell[][] = []
  for await (const batch of batches) {
    for (let row = 0; row < batch.rows; row++) {
      rows.push(schema.map(({ type }, i) => cellOf(type, batch.columns[i]!, row)))
    }
  }
  return rows
}

export function cellOf(type: FieldType, column: Column, row: number): Cell {
  if (column.validity && column.validity[row] === 0) return null
  if (column.layout === 'fixed') {
    const { values } = column
    if (type.is === 'bool') return values[row] === 1
    if (type.is === 'uuid') return uuidText(values.slice(16 * row, 16 * row + 16) as Uint8Array)
    if (type.is === 'decimal' && type.precision > 18) {
      const view = new DataView(values.buffer, values.byteOffset + 16 * row)
      return (view.getBigInt64(8, true) << 64n) | view.getBigUint64(0, true)
    }
    return values[row]!
  }
  const [from, to] = [column.offsets[row]!, column.offsets[row + 1]!]
  if (column.layout === 'list') {
    const { of } = type as { of: FieldType }
    return Array.from({ length: to - from }, (_, i) => cellOf(of, column.items, from + i))
  }
  const bytes = column.data.slice(from, to)
  return type.is === 'binary' ? bytes : new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
}

/** All bytes of an encoder. */
export async function bytesOf(chunks: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const all: Uint8Array[] = []
  for await (const chunk of chunks) all.push(chunk)
  return new Uint8Array(Buffer.concat(all))
}

/** Bytes as a file to read from. */
export const fileOf = (bytes: Uint8Array) => ({
  size: bytes.length,
  async *read(begin: number, end: number): AsyncGenerator<Uint8Array> {
    // Odd pieces, so that nothing may hang on how bytes are cut.
    for (let at = begin; at < end; at += 1000) yield bytes.slice(at, Math.min(at + 1000, end))
  },
})

function wide(numbers: readonly bigint[]): BigInt64Array {
  return BigInt64Array.from(numbers.flatMap((number) => [BigInt.asIntN(64, number), number >> 64n]))
}

const uuidBytes = (text: string): Uint8Array => Buffer.from(text.replaceAll('-', ''), 'hex')

const uuidText = (bytes: Uint8Array): string =>
  Buffer.from(bytes)
    .toString('hex')
    .replace(/(.{8})(.{4})(.{4})(.{4})(.{12})/, '$1-$2-$3-$4-$5')

function offsetsOf(items: readonly { readonly length: number }[]): Int32Array {
  const offsets = new Int32Array(items.length + 1)
  items.forEach((item, i) => {
    offsets[i + 1] = offsets[i]! + item.length
  })
  return offsets
}

function spoil(column: Column): void {
  column.validity?.fill(0)
  if (column.layout === 'fixed') new Uint8Array(column.values.buffer).fill(0xee)
  else if (column.layout === 'bytes') column.data.fill(0xee)
  else spoil(column.items)
}
