import { type Column, type Field, type FieldType, typeName } from '../../domain/batch.ts'
import { Fault } from '../../domain/faults.ts'
import type { Operand } from '../../domain/filter.ts'
import { wordsOf } from '../text/cell.ts'
import {
  parseBool,
  parseDate,
  parseDecimal,
  parseFloatText,
  parseTimestamp,
  parseUuid,
  rescale,
} from '../text/parse.ts'

/** Below zero where the cell of a row is less than the operand, 0 where it is the same. Made once a column. */
export type Compare = (column: Column) => (row: number) => number

/** Compares cells of a field with an operand. Fault: invalid-request where the operand is none of the field's type. */
export function compareTo(field: Field, operand: Operand): Compare {
  const { type } = field
  const wrong = (): Fault =>
    refused(field, `is ${typeName(type)}, and ${JSON.stringify(operand).slice(0, 60)} is no such value`)
  switch (type.is) {
    case 'bool': {
      const value = typeof operand === 'boolean' ? operand : parseBool(String(operand))
      if (value === undefined) throw wrong()
      return compareWords(BigInt(value), true, 8)
    }
    case 'int32':
    case 'int64':
    case 'date':
    case 'timestamp':
    case 'decimal': {
      const found = wholeOf(type, operand)
      if (!found) throw wrong()
      return compareWords(found.floor, found.isExact, bitsOf(type))
    }
    case 'float32':
    case 'float64': {
      const value = typeof operand === 'boolean' ? undefined : parseFloatText(String(operand))
      if (value === undefined) throw wrong()
      // What a reader sees of a 32-bit number is its shortest text, so that is what an operand means.
      return compareFloats(type.is === 'float32' ? Math.fround(value) : value)
    }
    case 'uuid': {
      const bytes = typeof operand === 'string' ? parseUuid(operand) : undefined
      if (!bytes) throw wrong()
      return compareUuids(bytes)
    }
    case 'utf8':
      if (typeof operand !== 'string') throw wrong()
      return compareBytes(Buffer.from(operand))
    case 'binary': {
      const bytes = typeof operand === 'string' ? binaryOf(operand) : undefined
      if (!bytes) throw wrong()
      return compareBytes(bytes)
    }
    default:
      throw refused(field, `is ${typeName(type)}, which cannot be compared`)
  }
}

/** The fault for what cannot be asked of a column. */
export const refused = ({ name }: Field, detail: string): Fault =>
  new Fault('invalid-request', `Column ${JSON.stringify(name)} ${detail}.`, {
    hint: 'Give whole numbers and decimals as digits, dates and timestamps as ISO 8601 text; json and lists know is-null alone.',
  })

/** The operand as the column's own whole number: the greatest that is not above it, and whether it is the operand. */
function wholeOf(type: FieldType, operand: Operand): { floor: bigint; isExact: boolean } | undefined {
  if (type.is === 'date' || type.is === 'timestamp') {
    return typeof operand === 'string' ? momentOf(type, operand) : undefined
  }
  if (typeof operand === 'boolean') return undefined
  // A greater number may have been rounded when the request was read.
  if (typeof operand === 'number' && Math.abs(operand) > Number.MAX_SAFE_INTEGER) return undefined
  const decimal = parseDecimal(String(operand))
  return decimal && rescale(decimal, type.is === 'decimal' ? type.scale : 0)
}

function momentOf(type: FieldType, text: string): { floor: bigint; isExact: boolean } | undefined {
  const days = parseDate(text)
  if (type.is === 'date') return days === undefined ? undefined : { floor: BigInt(days), isExact: true }
  const found = parseTimestamp(text)
  if (!found || (found.hasZone && !(type as { zone: boolean }).zone)) return undefined
  return { floor: found.micros, isExact: true }
}

function bitsOf(type: FieldType): 32 | 64 | 128 {
  if (type.is === 'int32' || type.is === 'date') return 32
  return type.is === 'decimal' && type.precision > 18 ? 128 : 64
}

/** Compares two's complement numbers, word by word from the highest. Between `floor` and the next none is equal. */
function compareWords(floor: bigint, isExact: boolean, bits: 8 | 32 | 64 | 128): Compare {
  if (BigInt.asIntN(Math.max(bits, 32), floor) !== floor) return () => () => (floor < 0n ? 1 : -1)
  const same = isExact ? 0 : -1
  if (bits === 8) return (column) => (row) => (column as { values: Uint8Array }).values[row]! - Number(floor)
  const count = bits >> 5
  const operand = Int32Array.from({ length: count }, (_, i) => Number(BigInt.asIntN(32, floor >> BigInt(32 * i))))
  const top = operand[count - 1]!
  return (column) => {
    const words = wordsOf((column as { values: Int32Array }).values)
    return (row) => {
      const at = row * count
      let difference = words[at + count - 1]! - top
      for (let word = count - 2; difference === 0 && word >= 0; word--) {
        difference = (words[at + word]! >>> 0) - (operand[word]! >>> 0)
      }
      return difference === 0 ? same : difference
    }
  }
}

function compareFloats(operand: number): Compare {
  return (column) => {
    const { values } = column as { values: Float64Array }
    return (row) => {
      const value = values[row]!
      if (Number.isNaN(value)) return Number.isNaN(operand) ? 0 : 1
      if (value === operand) return 0
      return value < operand || Number.isNaN(operand) ? -1 : 1
    }
  }
}

function compareBytes(operand: Uint8Array): Compare {
  return (column) => {
    const { offsets, data } = column as Column & { layout: 'bytes' }
    return (row) => orderOfBytes(data, offsets[row]!, offsets[row + 1]!, operand)
  }
}

const compareUuids =
  (operand: Uint8Array): Compare =>
  (column) => {
    const { values } = column as { values: Uint8Array }
    return (row) => orderOfBytes(values, row * 16, row * 16 + 16, operand)
  }

function orderOfBytes(data: Uint8Array, from: number, to: number, operand: Uint8Array): number {
  const shared = Math.min(to - from, operand.length)
  for (let i = 0; i < shared; i++) {
    const difference = data[from + i]! - operand[i]!
    if (difference !== 0) return difference
  }
  return to - from - operand.length
}

/** Base64 as in JSON replies, or `\x` and hex as in CSV. */
function binaryOf(text: string): Uint8Array | undefined {
  if (/^\\x([0-9a-fA-F]{2})*$/.test(text)) return Buffer.from(text.slice(2), 'hex')
  return /^([A-Za-z0-9+/]{4})*([A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(text)
    ? Buffer.from(text, 'base64')
    : undefined
}
