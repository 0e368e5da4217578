/**
 * FlatBuffers, as far as Arrow's messages need them. Written forwards: a table's vtable stands right before it, and
 * what it refers to after it. Every position is counted from the start of the buffer.
 */
import { type Bytes, newBytes, reserve } from '../bytes.ts'

/** A table's field or a vector's item: a number of some bytes, or something that is referred to. */
export type Slot = { readonly size: 1 | 2 | 4 | 8; readonly value: number } | Written

/** Writes something and returns its position. */
export type Written = (out: Bytes) => number

export const int8 = (value: number): Slot => ({ size: 1, value })
export const int16 = (value: number): Slot => ({ size: 2, value })
export const int32 = (value: number): Slot => ({ size: 4, value })
/** A number of 64 bits, of which 53 may be used. */
export const int64 = (value: number): Slot => ({ size: 8, value })

/** A whole buffer with this table as its root, padded to 8 bytes. */
export function flatbuffer(root: Written): Uint8Array {
  const out = newBytes(1024)
  reserve(out, 4)
  out.at = 4
  setNumber(out, 0, 4, root(out))
  align(out, 8)
  return out.buffer.subarray(0, out.at)
}

/** A table with fields in the order of their ids; an absent one is undefined. */
export const table =
  (fields: readonly (Slot | undefined)[]): Written =>
  (out) => {
    let size = 4
    const places = fields.map((field) => {
      if (field === undefined) return 0
      const width = sizeOf(field)
      const place = Math.ceil(size / width) * width
      size = place + width
      return place
    })
    const vtableSize = 4 + 2 * fields.length
    const start = Math.ceil((out.at + vtableSize) / 8) * 8
    moveTo(out, start + size)
    setNumber(out, start - vtableSize, 2, vtableSize)
    setNumber(out, start - vtableSize + 2, 2, size)
    places.forEach((place, i) => {
      setNumber(out, start - vtableSize + 4 + 2 * i, 2, place)
    })
    setNumber(out, start, 4, vtableSize)
    fields.forEach((field, i) => {
      if (field !== undefined) setSlot(out, start + places[i]!, field)
    })
    return start
  }

/** A vector of references or of numbers. */
export const vector =
  (items: readonly Slot[]): Written =>
  (out) => {
    align(out, 4)
    const start = out.at
    const width = items.length > 0 ? sizeOf(items[0]!) : 4
    moveTo(out, start + 4 + width * items.length)
    setNumber(out, start, 4, items.length)
    items.forEach((item, i) => {
      setSlot(out, start + 4 + width * i, item)
    })
    return start
  }

/** A vector of structs that hold 64-bit numbers, `each` in one. */
export const structs =
  (numbers: readonly number[], each: number): Written =>
  (out) => {
    // The count has four bytes; what follows it must begin at a multiple of eight.
    const start = Math.ceil((out.at + 4) / 8) * 8 - 4
    moveTo(out, start + 4 + 8 * numbers.length)
    setNumber(out, start, 4, numbers.length / each)
    numbers.forEach((number, i) => {
      setNumber(out, start + 4 + 8 * i, 8, number)
    })
    return start
  }

export const string =
  (text: string): Written =>
  (out) => {
    const bytes = new TextEncoder().encode(text)
    align(out, 4)
    const start = out.at
    moveTo(out, start + 4 + bytes.length + 1)
    setNumber(out, start, 4, bytes.length)
    out.buffer.set(bytes, start + 4)
    return start
  }

const sizeOf = (slot: Slot): number => (typeof slot === 'function' ? 4 : slot.size)

function setSlot(out: Bytes, at: number, slot: Slot): void {
  if (typeof slot === 'function') setNumber(out, at, 4, slot(out) - at)
  else setNumber(out, at, slot.size, slot.value)
}

function setNumber(out: Bytes, at: number, size: number, value: number): void {
  for (let i = 0; i < size; i++) {
    out.buffer[at + i] = ((value % 256) + 256) % 256
    value = Math.floor(value / 256)
  }
}

/** Goes on at a position; what lies between is zero. */
function moveTo(out: Bytes, position: number): void {
  reserve(out, position - out.at)
  out.buffer.fill(0, out.at, position)
  out.at = position
}

const align = (out: Bytes, size: number): void => moveTo(out, Math.ceil(out.at / size) * size)
