/** A row of the binary protocol: a zero, a bit for each column that is null (from the third on), then the values. */

import { type Described, lengthAt, lengthSize } from './packets.ts'
import { dateText, datetimeText, timeText } from './times.ts'

/** Where the values begin. */
export const valuesAt = (at: number, columns: number): number => at + 1 + ((columns + 9) >> 3)

export const isNull = (bytes: Buffer, at: number, column: number): boolean =>
  (bytes[at + 1 + ((column + 2) >> 3)]! & (1 << ((column + 2) & 7))) !== 0

/** Bytes of a value of fixed size; 0 where a length comes first, of one byte for dates and times. */
function fixedSize(type: number): number {
  switch (type) {
    case 1:
      return 1
    case 2:
    case 13:
      return 2
    case 3:
    case 4:
    case 9:
      return 4
    case 5:
    case 8:
      return 8
    default:
      return 0
  }
}

const hasShortLength = (type: number): boolean => type === 7 || (type >= 10 && type <= 12) || type === 14

/** Looks through the lengths that have arrived of a row: the first column whose value is longer than may be. */
export function largestCell(row: Buffer, columns: readonly Described[], most: number): number | undefined {
  let at = valuesAt(0, columns.length)
  for (let i = 0; i < columns.length; i++) {
    if (at >= row.length) return undefined
    if (isNull(row, 0, i)) continue
    const size = fixedSize(columns[i]!.type)
    if (size > 0) at += size
    else if (hasShortLength(columns[i]!.type)) at += 1 + row[at]!
    else {
      const head = lengthSize(row[at]!)
      if (at + head > row.length) return undefined
      const length = lengthAt(row, at)
      if (length > most) return i
      at += head + length
    }
  }
  return undefined
}

/** The values from one column on, each as a text that says all of it: bytes in hexadecimal, times with all digits. */
export function rowTexts(
  bytes: Buffer,
  start: number,
  at: number,
  columns: readonly Described[],
  first = 0,
): (string | null)[] {
  const texts: (string | null)[] = []
  for (let i = first; i < columns.length; i++) {
    if (isNull(bytes, start, i)) {
      texts.push(null)
      continue
    }
    const column = columns[i]!
    const size = fixedSize(column.type)
    if (size > 0 || hasShortLength(column.type)) {
      texts.push(plainText(bytes, at, column))
      at += size > 0 ? size : 1 + bytes[at]!
    } else {
      const from = at + lengthSize(bytes[at]!)
      const to = from + lengthAt(bytes, at)
      const isHex = column.type === 16 || (column.charset === 63 && column.type > 246)
      texts.push(bytes.toString(isHex ? 'hex' : 'utf8', from, to))
      at = to
    }
  }
  return texts
}

function plainText(bytes: Buffer, at: number, { type, flags }: Described): string {
  const isUnsigned = (flags & 32) !== 0
  switch (type) {
    case 1:
      return String(isUnsigned ? bytes.readUInt8(at) : bytes.readInt8(at))
    case 2:
      return String(isUnsigned ? bytes.readUInt16LE(at) : bytes.readInt16LE(at))
    case 13:
      return String(bytes.readUInt16LE(at))
    case 3:
    case 9:
      return String(isUnsigned ? bytes.readUInt32LE(at) : bytes.readInt32LE(at))
    case 8:
      return String(isUnsigned ? bytes.readBigUInt64LE(at) : bytes.readBigInt64LE(at))
    case 4:
      return String(bytes.readFloatLE(at))
    case 5:
      return String(bytes.readDoubleLE(at))
    case 10:
    case 14:
      return dateText(bytes, at)
    case 11:
      return timeText(bytes, at, 6)
    default:
      return datetimeText(bytes, at)
  }
}
