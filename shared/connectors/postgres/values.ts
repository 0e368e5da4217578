/** One binary value into its slot, exactly or not at all. (Formats: the server's `..._send` functions.) */

import { putBytes, putNull, putSixteen, Unrepresentable } from '../sql/put.ts'
import { growSlots, type Slots as SlotsOf } from '../sql/slots.ts'
import type { Coding } from './types.ts'

type Slots = SlotsOf<Coding['as']>

/** From 2000-01-01, the server's epoch, back to 1970-01-01. */
const epochDays = 10_957
const epochMicros = 946_684_800_000_000
const epochHigh = Math.floor(epochMicros / 0x1_0000_0000)
const epochLow = epochMicros % 0x1_0000_0000

export function putValue(slots: Slots, row: number, bytes: Buffer, at: number, length: number): void {
  if (row >= slots.capacity) growSlots(slots, row + 1)
  switch (slots.coding) {
    case 'bytes':
      putBytes(slots, row, bytes, at, length)
      return
    case 'int4':
    case 'float4':
      slots.words[row] = word(bytes, at)
      return
    case 'int8':
    case 'float8':
      slots.words[2 * row] = word(bytes, at + 4)
      slots.words[2 * row + 1] = word(bytes, at)
      return
    case 'numeric':
      putNumeric(slots, row, bytes, at)
      return
    case 'date':
      putDate(slots, row, word(bytes, at))
      return
    case 'timestamp':
      putTimestamp(slots, row, word(bytes, at), word(bytes, at + 4))
      return
    case 'int2':
      slots.words[row] = ((bytes[at]! << 24) >> 16) | bytes[at + 1]!
      return
    case 'uint4':
      slots.words[2 * row] = word(bytes, at)
      slots.words[2 * row + 1] = 0
      return
    case 'bool':
      slots.octets[row] = bytes[at]!
      return
    case 'uuid':
      for (let i = 0; i < 16; i++) slots.octets[16 * row + i] = bytes[at + i]!
      return
    case 'jsonb':
      // The first byte is the format's version.
      if (bytes[at] !== 1) throw new Unrepresentable('a jsonb of an unknown version')
      putBytes(slots, row, bytes, at + 1, length - 1)
      return
    case 'money':
      putSixteen(slots, row, bytes.readBigInt64BE(at))
      return
    case 'list':
      putList(slots, row, bytes, at)
      return
  }
}

/** A 32-bit word, most significant byte first. */
export const word = (bytes: Buffer, at: number): number =>
  (bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!

function putDate(slots: Slots, row: number, days: number): void {
  if (days === 0x7fff_ffff) throw new Unrepresentable('the date infinity')
  if (days === -0x8000_0000) throw new Unrepresentable('the date -infinity')
  slots.words[row] = days + epochDays
}

function putTimestamp(slots: Slots, row: number, high: number, low: number): void {
  if (high === 0x7fff_ffff && low === -1) throw new Unrepresentable('the time infinity')
  if (high === -0x8000_0000 && low === 0) throw new Unrepresentable('the time -infinity')
  const sum = (low >>> 0) + epochLow
  const top = high + epochHigh + (sum > 0xffff_ffff ? 1 : 0)
  if (top > 0x7fff_ffff) throw new Unrepresentable('a time after the year 294246')
  slots.words[2 * row] = sum | 0
  slots.words[2 * row + 1] = top
}

/** Digits in groups of four (base 10,000), the first worth 10,000^weight, as an integer of units of 10^-scale. */
function putNumeric(slots: Slots, row: number, bytes: Buffer, at: number): void {
  const groups = (bytes[at]! << 8) | bytes[at + 1]!
  const weight = ((bytes[at + 2]! << 24) >> 16) | bytes[at + 3]!
  const sign = (bytes[at + 4]! << 8) | bytes[at + 5]!
  const { scale } = slots
  if (sign !== 0 && sign !== 0x4000) throw new Unrepresentable(sign === 0xc000 ? 'NaN' : 'an infinite number')
  if (groups === 0 || 4 * (weight + 1) + scale > 15) {
    putLongNumeric(slots, row, bytes, at + 8, groups, weight, sign !== 0)
    return
  }
  // At most 15 digits: exact in a double all the way.
  let units = 0
  for (let i = 0; i <= weight; i++) units = units * 10_000 + (i < groups ? group(bytes, at + 8, i) : 0)
  let left = scale
  for (let i = weight + 1; left > 0; i++) {
    const digits = i >= 0 && i < groups ? group(bytes, at + 8, i) : 0
    if (left >= 4) units = units * 10_000 + digits
    else units = units * powers[left]! + digits / powers[4 - left]!
    left -= 4
  }
  if (sign !== 0) units = -units
  if (slots.layout === 'sixteens') {
    putSixteen(slots, row, BigInt(units))
    return
  }
  slots.words[2 * row] = (units % 0x1_0000_0000) | 0
  slots.words[2 * row + 1] = Math.floor(units / 0x1_0000_0000)
}

const powers = [1, 10, 100, 1000, 10_000]

const group = (bytes: Buffer, at: number, index: number): number =>
  (bytes[at + 2 * index]! << 8) | bytes[at + 2 * index + 1]!

function putLongNumeric(
  slots: Slots,
  row: number,
  bytes: Buffer,
  at: number,
  groups: number,
  weight: number,
  negative: boolean,
): void {
  let units = 0n
  for (let i = 0; i < groups; i++) units = units * 10_000n + BigInt(group(bytes, at, i))
  // The last group is worth 10,000^(weight - groups + 1).
  const exponent = 4 * (weight - groups + 1) + slots.scale
  if (exponent >= 0) units *= 10n ** BigInt(exponent)
  else units /= 10n ** BigInt(-exponent)
  if (negative) units = -units
  if (slots.layout === 'sixteens') putSixteen(slots, row, units)
  else (slots.values as BigInt64Array)[row] = units
}

/** Dimensions, a flag for nulls, the element's type; size and lower bound of each dimension; the elements. */
function putList(slots: Slots, row: number, bytes: Buffer, at: number): void {
  const dimensions = word(bytes, at)
  const items = slots.items!
  let used = slots.used
  if (dimensions > 1) throw new Unrepresentable(`an array of ${dimensions} dimensions`)
  if (dimensions === 1) {
    const size = word(bytes, at + 12)
    if (word(bytes, at + 16) !== 1) throw new Unrepresentable(`an array that begins at ${word(bytes, at + 16)}`)
    at += 20
    for (let i = 0; i < size; i++) {
      const length = word(bytes, at)
      at += 4
      if (length < 0) putNull(items, used)
      else {
        putValue(items, used, bytes, at, length)
        at += length
      }
      used++
    }
  }
  slots.used = used
  slots.offsets[row + 1] = used
}
