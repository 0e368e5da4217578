/** One binary value into its slot, exactly or not at all. (Formats: the server's `..._send` functions.) */

import { putNull, putSixteen, Unrepresentable } from '../sql/put.ts'
import { growData, growSlots, type Slots as SlotsOf } from '../sql/slots.ts'
import type { Coding } from './types.ts'

type Slots = SlotsOf<Coding['as']>

/** From 2000-01-01, the server's epoch, back to 1970-01-01. */
const epochDays = 10_957
const epochMicros = 946_684_800_000_000
const epochHigh = Math.floor(epochMicros / 0x1_0000_0000)
const epochLow = epochMicros % 0x1_0000_0000

export function putValue(slots: Slots, row: number, view: DataView, at: number, length: number): void {
  if (row >= slots.capacity) growSlots(slots, row + 1)
  switch (slots.coding) {
    case 'bytes':
      putBytes(slots, row, view, at, length)
      return
    case 'int4':
    case 'float4':
      slots.words[row] = view.getInt32(at)
      return
    case 'int8':
    case 'float8':
      slots.words[2 * row] = view.getInt32(at + 4)
      slots.words[2 * row + 1] = view.getInt32(at)
      return
    case 'numeric':
      putNumeric(slots, row, view, at)
      return
    case 'date':
      putDate(slots, row, view.getInt32(at))
      return
    case 'timestamp':
      putTimestamp(slots, row, view.getInt32(at), view.getInt32(at + 4))
      return
    case 'int2':
      slots.words[row] = view.getInt16(at)
      return
    case 'uint4':
      slots.words[2 * row] = view.getInt32(at)
      slots.words[2 * row + 1] = 0
      return
    case 'bool':
      slots.octets[row] = view.getUint8(at)
      return
    case 'uuid':
      for (let i = 0; i < 16; i++) slots.octets[16 * row + i] = view.getUint8(at + i)
      return
    case 'jsonb':
      // The first byte is the format's version.
      if (view.getUint8(at) !== 1) throw new Unrepresentable('a jsonb of an unknown version')
      putBytes(slots, row, view, at + 1, length - 1)
      return
    case 'money':
      putSixteen(slots, row, view.getBigInt64(at))
      return
    case 'list':
      putList(slots, row, view, at)
      return
  }
}

function putBytes(slots: Slots, row: number, view: DataView, at: number, length: number): void {
  const start = slots.used
  // Room for whole words: what is copied too much is written over by the next value.
  if (start + length + 3 > slots.data.length) growData(slots, length + 3)
  if (length >= 64 || at + length + 3 > view.byteLength)
    slots.data.set(new Uint8Array(view.buffer, view.byteOffset + at, length), start)
  // Calling out to copy a few bytes costs more than the loop.
  else {
    const target = slots.dataView
    for (let i = 0; i < length; i += 4) target.setInt32(start + i, view.getInt32(at + i))
  }
  slots.used = start + length
  slots.offsets[row + 1] = slots.used
}

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
function putNumeric(slots: Slots, row: number, view: DataView, at: number): void {
  const groups = view.getUint16(at)
  const weight = view.getInt16(at + 2)
  const sign = view.getUint16(at + 4)
  const { scale } = slots
  if (sign !== 0 && sign !== 0x4000) throw new Unrepresentable(sign === 0xc000 ? 'NaN' : 'an infinite number')
  if (4 * (weight + 1) + scale > 15) {
    putLongNumeric(slots, row, view, at + 8, groups, weight, sign !== 0)
    return
  }
  // At most 15 digits: exact in a double all the way. The last group used is worth 10,000^last.
  const last = weight - groups + 1
  let units = 0
  for (let i = 0; i < groups; i++) units = units * 10_000 + group(view, at + 8, i)
  const exponent = 4 * last + scale
  units = exponent >= 0 ? units * tens[exponent]! : units / tens[-exponent]!
  if (sign !== 0) units = -units
  if (slots.layout === 'sixteens') {
    putSixteen(slots, row, BigInt(units))
    return
  }
  const high = Math.floor(units / 0x1_0000_0000)
  slots.words[2 * row] = (units - high * 0x1_0000_0000) | 0
  slots.words[2 * row + 1] = high
}

/** 10^0 to 10^22: all that a double holds exactly. */
const tens = Float64Array.from({ length: 23 }, (_, i) => Number(`1e${i}`))

const group = (view: DataView, at: number, index: number): number => view.getInt16(at + 2 * index)

function putLongNumeric(
  slots: Slots,
  row: number,
  view: DataView,
  at: number,
  groups: number,
  weight: number,
  negative: boolean,
): void {
  let units = 0n
  for (let i = 0; i < groups; i++) units = units * 10_000n + BigInt(group(view, at, i))
  // The last group is worth 10,000^(weight - groups + 1).
  const exponent = 4 * (weight - groups + 1) + slots.scale
  if (exponent >= 0) units *= 10n ** BigInt(exponent)
  else units /= 10n ** BigInt(-exponent)
  if (negative) units = -units
  if (slots.layout === 'sixteens') putSixteen(slots, row, units)
  else (slots.values as BigInt64Array)[row] = units
}

/** Dimensions, a flag for nulls, the element's type; size and lower bound of each dimension; the elements. */
function putList(slots: Slots, row: number, view: DataView, at: number): void {
  const dimensions = view.getInt32(at)
  const items = slots.items!
  let used = slots.used
  if (dimensions > 1) throw new Unrepresentable(`an array of ${dimensions} dimensions`)
  if (dimensions === 1) {
    const size = view.getInt32(at + 12)
    if (view.getInt32(at + 16) !== 1) throw new Unrepresentable(`an array that begins at ${view.getInt32(at + 16)}`)
    at += 20
    for (let i = 0; i < size; i++) {
      const length = view.getInt32(at)
      at += 4
      if (length < 0) putNull(items, used)
      else {
        putValue(items, used, view, at, length)
        at += length
      }
      used++
    }
  }
  slots.used = used
  slots.offsets[row + 1] = used
}
