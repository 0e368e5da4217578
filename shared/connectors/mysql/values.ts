/** One binary value into its slot, exactly or not at all. (MySQL manual, "Binary Protocol Resultset Row".) */

import { putBytes, putSixteen, Unrepresentable } from '../sql/put.ts'
import type { Slots as SlotsOf } from '../sql/slots.ts'
import { lengthAt, lengthSize } from './packets.ts'
import { dateText, daysOf, timeText } from './times.ts'
import type { Coding } from './types.ts'

type Slots = SlotsOf<Coding>

/** Answers where the next value begins. `fraction`: digits of a second that a duration shows. */
export function putValue(slots: Slots, row: number, bytes: Buffer, at: number, fraction: number): number {
  switch (slots.coding) {
    case 'int':
    case 'float':
      slots.words[row] = word(bytes, at)
      return at + 4
    case 'long':
    case 'double':
      slots.words[2 * row] = word(bytes, at)
      slots.words[2 * row + 1] = word(bytes, at + 4)
      return at + 8
    case 'tiny':
      slots.words[row] = (bytes[at]! << 24) >> 24
      return at + 1
    case 'tiny-unsigned':
      slots.words[row] = bytes[at]!
      return at + 1
    case 'short':
      slots.words[row] = ((bytes[at]! | (bytes[at + 1]! << 8)) << 16) >> 16
      return at + 2
    case 'short-unsigned':
      slots.words[row] = bytes[at]! | (bytes[at + 1]! << 8)
      return at + 2
    case 'int-unsigned':
      slots.words[2 * row] = word(bytes, at)
      slots.words[2 * row + 1] = 0
      return at + 4
    case 'long-unsigned':
      putSixteen(slots, row, bytes.readBigUInt64LE(at))
      return at + 8
    case 'date':
      slots.words[row] = daysAt(bytes, at)
      return at + 1 + bytes[at]!
    case 'datetime':
      putDatetime(slots, row, bytes, at)
      return at + 1 + bytes[at]!
    case 'time': {
      const text = Buffer.from(timeText(bytes, at, fraction), 'latin1')
      putBytes(slots, row, text, 0, text.length)
      return at + 1 + bytes[at]!
    }
  }
  const first = bytes[at]!
  const start = at + (first < 251 ? 1 : lengthSize(first))
  const length = first < 251 ? first : lengthAt(bytes, at)
  switch (slots.coding) {
    case 'decimal':
      putDecimal(slots, row, bytes, start, start + length)
      break
    case 'bits':
      putLong(slots, row, bitsOf(bytes, start, length))
      break
    case 'many-bits':
      putSixteen(slots, row, bitsOf(bytes, start, length))
      break
    case 'uuid':
      putUuid(slots, row, bytes, start, length)
      break
    case 'geometry':
      putGeometry(slots, row, bytes, start, length)
      break
    default:
      putBytes(slots, row, bytes, start, length)
  }
  return start + length
}

const word = (bytes: Buffer, at: number): number =>
  bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24)

function daysAt(bytes: Buffer, at: number): number {
  const isZero = bytes[at] === 0
  const year = isZero ? 0 : bytes[at + 1]! | (bytes[at + 2]! << 8)
  const days = isZero ? undefined : daysOf(year, bytes[at + 3]!, bytes[at + 4]!)
  if (days === undefined) throw new Unrepresentable(`the date ${dateText(bytes, at)}, which is no day`)
  return days
}

function putDatetime(slots: Slots, row: number, bytes: Buffer, at: number): void {
  const days = daysAt(bytes, at)
  const size = bytes[at]!
  const seconds = size < 7 ? 0 : bytes[at + 5]! * 3600 + bytes[at + 6]! * 60 + bytes[at + 7]!
  const micros = size < 11 ? 0 : word(bytes, at + 8)
  const total = days * 86_400 + seconds
  // Exact in a double between the years 1685 and 2255.
  if (total > 9_000_000_000 || total < -9_000_000_000) putLong(slots, row, BigInt(total) * 1_000_000n + BigInt(micros))
  else putExact(slots, row, total * 1_000_000 + micros)
}

/** Digits with a point, of the column's own scale. */
function putDecimal(slots: Slots, row: number, bytes: Buffer, from: number, to: number): void {
  const isNegative = bytes[from] === 0x2d
  let at = isNegative ? from + 1 : from
  let digits = 0
  let high = 0
  let units = 0
  let fraction = -1
  for (; at < to; at++) {
    const digit = bytes[at]! - 0x30
    if (digit === -2) {
      fraction = 0
      continue
    }
    if (digit < 0 || digit > 9) throw new Unrepresentable('a number in an unknown form')
    if (digits === 15) {
      putLongDecimal(slots, row, bytes.toString('latin1', from, to))
      return
    }
    units = units * 10 + digit
    if (units !== 0) digits++
    if (fraction >= 0) fraction++
  }
  for (high = Math.max(0, fraction); high < slots.scale; high++) {
    units *= 10
    if (units !== 0) digits++
  }
  if (high > slots.scale || digits > 15) {
    putLongDecimal(slots, row, bytes.toString('latin1', from, to))
    return
  }
  if (isNegative) units = -units
  if (slots.layout === 'sixteens') putSixteen(slots, row, BigInt(units))
  else putExact(slots, row, units)
}

function putLongDecimal(slots: Slots, row: number, text: string): void {
  const [whole, fraction = ''] = text.split('.')
  if (fraction.length > slots.scale && /[1-9]/.test(fraction.slice(slots.scale)))
    throw new Unrepresentable('a number of more digits than its column has')
  const units = BigInt(whole! + fraction.slice(0, slots.scale).padEnd(slots.scale, '0'))
  if (slots.layout === 'sixteens') putSixteen(slots, row, units)
  else putLong(slots, row, units)
}

/** An integer that a double holds exactly. */
function putExact(slots: Slots, row: number, value: number): void {
  slots.words[2 * row] = (value % 0x1_0000_0000) | 0
  slots.words[2 * row + 1] = Math.floor(value / 0x1_0000_0000)
}

const putLong = (slots: Slots, row: number, value: bigint): void => {
  ;(slots.values as BigInt64Array)[row] = value
}

function bitsOf(bytes: Buffer, at: number, length: number): bigint {
  let bits = 0n
  for (let i = 0; i < length; i++) bits = (bits << 8n) | BigInt(bytes[at + i]!)
  return bits
}

function putUuid(slots: Slots, row: number, bytes: Buffer, at: number, length: number): void {
  const hex = bytes.toString('latin1', at, at + length).replaceAll('-', '')
  if (!/^[0-9a-f]{32}$/i.test(hex)) throw new Unrepresentable('a uuid in an unknown form')
  slots.octets.set(Buffer.from(hex, 'hex'), 16 * row)
}

const ewkbSrid = 0x2000_0000

/**
 * The server keeps a reference system (4 bytes), then well-known binary. Where there is one it is written as extended
 * well-known binary has it, after the type: what PostGIS, GEOS and GDAL read.
 */
function putGeometry(slots: Slots, row: number, bytes: Buffer, at: number, length: number): void {
  if (length < 9 || bytes[at + 4] !== 1) throw new Unrepresentable('a geometry in an unknown form')
  if (bytes.readUInt32LE(at) === 0) {
    putBytes(slots, row, bytes, at + 4, length - 4)
    return
  }
  const extended = Buffer.alloc(length)
  extended[0] = 1
  extended.writeUInt32LE((bytes.readUInt32LE(at + 5) | ewkbSrid) >>> 0, 1)
  bytes.copy(extended, 5, at, at + 4)
  bytes.copy(extended, 9, at + 9, at + length)
  putBytes(slots, row, extended, 0, length)
}
