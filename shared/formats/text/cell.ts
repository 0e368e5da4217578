/** Writers of single cells, made once a batch and column, called once a row. */
import type { Column, FieldType } from '../../domain/batch.ts'
import { type Bytes, reserve, writeAscii } from '../bytes.ts'
import { writeDate, writeTimestamp } from './calendar.ts'
import { writeDecimal64, writeDecimal128, writeInt32, writeInt64 } from './digits.ts'
import { writeUuid } from './encodings.ts'
import { float32Text, float64Text } from './float.ts'

/** Writes the cell of a row, which is not null. */
export type WriteCell = (out: Bytes, row: number) => void

/** The types whose text is ASCII and needs no quotes in CSV. */
export const hasPlainText = ({ is }: FieldType): boolean =>
  is !== 'utf8' && is !== 'json' && is !== 'binary' && is !== 'list'

/** The writer of a cell's bare text, for types that have one. */
export function plainCell(type: FieldType, column: Column): WriteCell {
  const values = (column as { values: Uint8Array | Int32Array | Float64Array }).values
  switch (type.is) {
    case 'bool':
      return (out, row) => writeAscii(out, values[row] ? 'true' : 'false')
    case 'int32':
      return (out, row) => writeInt32(out, values[row]!)
    case 'date':
      return (out, row) => writeDate(out, values[row]!)
    case 'float32':
      return (out, row) => writeAscii(out, float32Text(values[row]!))
    case 'float64':
      return (out, row) => writeAscii(out, float64Text(values[row]!))
    case 'uuid':
      return (out, row) => writeUuid(out, values as Uint8Array, row * 16)
    case 'int64': {
      const words = wordsOf(values)
      return (out, row) => writeInt64(out, words[2 * row]!, words[2 * row + 1]!)
    }
    case 'timestamp': {
      const words = wordsOf(values)
      const { zone } = type
      return (out, row) => writeTimestamp(out, words[2 * row]!, words[2 * row + 1]!, zone)
    }
    case 'decimal': {
      const words = wordsOf(values)
      const { scale } = type
      if (type.precision <= 18) return (out, row) => writeDecimal64(out, words[2 * row]!, words[2 * row + 1]!, scale)
      return (out, row) => writeDecimal128(out, words, 4 * row, scale)
    }
    default:
      throw new TypeError(`A ${type.is} has no plain text`)
  }
}

/** Values as 32-bit words, little-endian: two a 64-bit number, four a 128-bit number. */
export function wordsOf(values: ArrayBufferView): Int32Array {
  // A view of words must begin at a multiple of four bytes; a producer may have cut its bytes anywhere.
  if (values.byteOffset % 4 === 0) return new Int32Array(values.buffer, values.byteOffset, values.byteLength >> 2)
  const copy = new Uint8Array(values.buffer, values.byteOffset, values.byteLength).slice()
  return new Int32Array(copy.buffer)
}

/** Writes one byte. */
export function writeByte(out: Bytes, byte: number): void {
  reserve(out, 1)
  out.buffer[out.at++] = byte
}
