/** Columns built from the texts of their cells, one after another. */
import type { Column, FieldType, FixedValues } from '../../domain/batch.ts'
import {
  parseBool,
  parseDate,
  parseDecimal,
  parseFloatText,
  parseInteger,
  parseTimestamp,
  parseUuid,
  rescale,
} from '../text/parse.ts'
import { newValues, setWide } from '../values.ts'

export interface Builder {
  readonly type: FieldType
  /** Cells added since the last `take`. */
  rows: number
  addNull(): void
  /** Adds the cell of a text; false where the text is none of the type's. Not for lists. */
  addText(text: Buffer): boolean
  /** A list's items, to be filled before `addList` closes the cell. */
  readonly items: Builder | undefined
  addList(): void
  /** The column of what was added; a new one is begun. */
  take(): Column
}

/** How binary is written: `\x` and hex in CSV, base64 in JSON. */
export type BinaryText = 'hex' | 'base64'

export function newBuilder(type: FieldType, binary: BinaryText): Builder {
  switch (type.is) {
    case 'list':
      return listBuilder(type, newBuilder(type.of, binary))
    case 'utf8':
    case 'json':
      return bytesBuilder(type, (text) => text)
    case 'binary':
      return bytesBuilder(type, binary === 'hex' ? hexBytes : base64Bytes)
    default:
      return fixedBuilder(type)
  }
}

/** Puts a cell's value into its slot; false where the text is none. */
type Put = (row: number, text: string) => boolean

function fixedBuilder(type: FieldType): Builder {
  let values = newValues(type, 256)
  let put = putInto(type, values)
  const validity = newValidity()
  const slots = type.is === 'uuid' || (type.is === 'decimal' && type.precision > 18) ? 16 : 1
  const builder: Builder = {
    type,
    rows: 0,
    items: undefined,
    addNull() {
      makeRoom()
      validity.add(builder.rows++, false)
    },
    addText(text) {
      makeRoom()
      if (!put(builder.rows, text.toString('latin1'))) return false
      validity.add(builder.rows++, true)
      return true
    },
    addList: refuse,
    take() {
      const column: Column = { layout: 'fixed', values, validity: validity.take(builder.rows) }
      values = newValues(type, 256)
      put = putInto(type, values)
      builder.rows = 0
      return column
    },
  }
  const makeRoom = (): void => {
    if ((builder.rows + 1) * slots <= values.length) return
    const longer = newValues(type, (values.length / slots) * 2)
    longer.set(values as never)
    values = longer
    put = putInto(type, values)
  }
  return builder
}

function bytesBuilder(type: FieldType, toBytes: (text: Buffer) => Uint8Array | undefined): Builder {
  let offsets = new Int32Array(257)
  let data = new Uint8Array(4096)
  const validity = newValidity()
  const addBytes = (bytes: Uint8Array): void => {
    const row = builder.rows++
    if (offsets.length < row + 2) offsets = copied(offsets, new Int32Array(offsets.length * 2))
    const start = offsets[row]!
    const end = start + bytes.length
    if (data.length < end) data = copied(data, new Uint8Array(Math.max(end, data.length * 2)))
    data.set(bytes, start)
    offsets[row + 1] = end
  }
  const builder: Builder = {
    type,
    rows: 0,
    items: undefined,
    addNull() {
      validity.add(builder.rows, false)
      addBytes(new Uint8Array(0))
    },
    addText(text) {
      const bytes = toBytes(text)
      if (bytes === undefined) return false
      validity.add(builder.rows, true)
      addBytes(bytes)
      return true
    },
    addList: refuse,
    take() {
      const column: Column = { layout: 'bytes', offsets, data, validity: validity.take(builder.rows) }
      offsets = new Int32Array(257)
      data = new Uint8Array(4096)
      builder.rows = 0
      return column
    },
  }
  return builder
}

function listBuilder(type: FieldType, items: Builder): Builder {
  let offsets = new Int32Array(257)
  const validity = newValidity()
  const close = (isValid: boolean): void => {
    const row = builder.rows++
    if (offsets.length < row + 2) offsets = copied(offsets, new Int32Array(offsets.length * 2))
    offsets[row + 1] = items.rows
    validity.add(row, isValid)
  }
  const builder: Builder = {
    type,
    rows: 0,
    items,
    addNull: () => close(false),
    addText: () => false,
    addList: () => close(true),
    take() {
      const column: Column = { layout: 'list', offsets, items: items.take(), validity: validity.take(builder.rows) }
      offsets = new Int32Array(257)
      builder.rows = 0
      return column
    },
  }
  return builder
}

function putInto(type: FieldType, values: FixedValues): Put {
  switch (type.is) {
    case 'bool':
      return (row, text) => setNumber(values, row, toNumber(parseBool(text)))
    case 'int32':
      return (row, text) => {
        const value = parseInteger(text)
        return value !== undefined && BigInt.asIntN(32, value) === value && setNumber(values, row, Number(value))
      }
    case 'date':
      return (row, text) => setNumber(values, row, parseDate(text))
    case 'float32':
    case 'float64':
      return (row, text) => setNumber(values, row, parseFloatText(text))
    case 'int64':
      return (row, text) => setBig(values, row, parseInteger(text))
    case 'timestamp':
      return (row, text) => {
        const found = parseTimestamp(text)
        return found !== undefined && found.hasZone === type.zone && setBig(values, row, found.micros)
      }
    case 'decimal': {
      const limit = 10n ** BigInt(type.precision)
      const set = type.precision <= 18 ? setBig : setWide
      return (row, text) => {
        const decimal = parseDecimal(text)
        if (decimal === undefined) return false
        const { floor, isExact } = rescale(decimal, type.scale)
        return isExact && floor < limit && floor > -limit && set(values, row, floor)
      }
    }
    default:
      return (row, text) => {
        const bytes = parseUuid(text)
        if (bytes) (values as Uint8Array).set(bytes, row * 16)
        return bytes !== undefined
      }
  }
}

const toNumber = (value: boolean | undefined): number | undefined => (value === undefined ? undefined : Number(value))

function setNumber(values: FixedValues, row: number, value: number | undefined): boolean {
  if (value === undefined) return false
  values[row] = value
  return true
}

function setBig(values: FixedValues, row: number, value: bigint | undefined): boolean {
  if (value === undefined || BigInt.asIntN(64, value) !== value) return false
  values[row] = value
  return true
}

function newValidity() {
  let bytes: Uint8Array | undefined
  return {
    add(row: number, isValid: boolean): void {
      if (isValid && !bytes) return
      bytes ??= new Uint8Array(Math.max(256, row + 1)).fill(1, 0, row)
      if (bytes.length <= row) bytes = copied(bytes, new Uint8Array(bytes.length * 2))
      bytes[row] = isValid ? 1 : 0
    },
    take(rows: number): Uint8Array | undefined {
      const taken = bytes?.subarray(0, rows)
      bytes = undefined
      return taken
    },
  }
}

function copied<T extends Uint8Array | Int32Array>(from: T, to: T): T {
  to.set(from)
  return to
}

function hexBytes(text: Buffer): Uint8Array | undefined {
  const digits = text.toString('latin1')
  return /^\\x([0-9a-fA-F]{2})*$/.test(digits) ? Buffer.from(digits.slice(2), 'hex') : undefined
}

function base64Bytes(text: Buffer): Uint8Array | undefined {
  const bytes = Buffer.from(text.toString('latin1'), 'base64')
  return Math.ceil(bytes.length / 3) * 4 === text.length ? bytes : undefined
}

function refuse(): never {
  throw new TypeError('Only a list has items')
}
