/** Columns from the raw values that hyparquet gives: numbers, bigints, bytes, nested arrays; null or undefined. */
import type { Column, FieldType, FixedValues } from '../../domain/batch.ts'
import { Fault } from '../../domain/faults.ts'
import { newValues, setWide } from '../values.ts'

/** A column of `rows` cells. Fault: source-failed where a value is none of the type. */
export function columnOfRaw(type: FieldType, raw: ArrayLike<unknown>, rows: number): Column {
  if (raw.length < rows) throw new Fault('source-failed', 'The Parquet file has fewer rows than it says.')
  const validity = validityOf(raw, rows)
  if (type.is === 'list') {
    const offsets = new Int32Array(rows + 1)
    const items: unknown[] = []
    for (let row = 0; row < rows; row++) {
      const list = raw[row]
      if (Array.isArray(list)) for (const item of list) items.push(item)
      else if (list !== null && list !== undefined) throw unexpected(type)
      offsets[row + 1] = items.length
    }
    return { layout: 'list', offsets, items: columnOfRaw(type.of, items, items.length), validity }
  }
  if (type.is === 'utf8' || type.is === 'json' || type.is === 'binary') return bytesColumn(type, raw, rows, validity)
  return { layout: 'fixed', values: fixedValues(type, raw, rows), validity }
}

function bytesColumn(type: FieldType, raw: ArrayLike<unknown>, rows: number, validity: Uint8Array | undefined): Column {
  const offsets = new Int32Array(rows + 1)
  let size = 0
  for (let row = 0; row < rows; row++) {
    const bytes = raw[row] as Uint8Array | null | undefined
    if (bytes && !(bytes instanceof Uint8Array)) throw unexpected(type)
    size += bytes?.length ?? 0
    offsets[row + 1] = size
  }
  const data = new Uint8Array(size)
  for (let row = 0; row < rows; row++) {
    const bytes = raw[row] as Uint8Array | null | undefined
    if (bytes) data.set(bytes, offsets[row]!)
  }
  return { layout: 'bytes', offsets, data, validity }
}

function fixedValues(type: FieldType, raw: ArrayLike<unknown>, rows: number): FixedValues {
  const values = newValues(type, rows)
  const put = putterOf(type, values)
  for (let row = 0; row < rows; row++) {
    const value = raw[row]
    if (value === null || value === undefined) continue
    if (!put(row, value)) throw unexpected(type)
  }
  return values
}

function putterOf(type: FieldType, values: FixedValues): (row: number, value: unknown) => boolean {
  const set = (isRight: (value: unknown) => boolean) => (row: number, value: unknown) => {
    values[row] = value as number
    return isRight(value)
  }
  switch (type.is) {
    case 'bool':
      return (row, value) => {
        values[row] = value ? 1 : 0
        return typeof value === 'boolean'
      }
    case 'int64':
    case 'timestamp':
      return set((value) => typeof value === 'bigint')
    case 'decimal':
      if (type.precision <= 18) return set((value) => typeof value === 'bigint')
      return (row, value) =>
        value instanceof Uint8Array && value.length === 16 && setWide(values, row, bigEndian(value))
    case 'uuid':
      return (row, value) => {
        if (!(value instanceof Uint8Array) || value.length !== 16) return false
        ;(values as Uint8Array).set(value, row * 16)
        return true
      }
    default:
      return set((value) => typeof value === 'number')
  }
}

function bigEndian(bytes: Uint8Array): bigint {
  const view = new DataView(bytes.buffer, bytes.byteOffset, 16)
  return (view.getBigInt64(0) << 64n) | view.getBigUint64(8)
}

function validityOf(raw: ArrayLike<unknown>, rows: number): Uint8Array | undefined {
  let validity: Uint8Array | undefined
  for (let row = 0; row < rows; row++) {
    if (raw[row] !== null && raw[row] !== undefined) continue
    validity ??= new Uint8Array(rows).fill(1)
    validity[row] = 0
  }
  return validity
}

const unexpected = (type: FieldType): Fault =>
  new Fault('source-failed', `A column of the Parquet file does not hold ${type.is} as Headgate writes it.`)
