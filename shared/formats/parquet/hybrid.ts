import { type Bytes, reserve } from '../bytes.ts'
import { writeVarint } from './thrift.ts'

/** Runs shorter than this are packed with their neighbours. A multiple of 8. */
const leastRun = 16

/**
 * Small whole numbers as Parquet's hybrid of run lengths and bit packing (Encodings.md, RLE = 3).
 * `bitWidth` is 1 to 16.
 */
export function writeHybrid(out: Bytes, values: Uint8Array | Int32Array, count: number, bitWidth: number): void {
  let at = 0
  while (at < count) {
    const run = runLength(values, at, count)
    if (run >= leastRun) {
      writeVarint(out, run * 2)
      reserve(out, 2)
      out.buffer[out.at++] = values[at]! & 255
      if (bitWidth > 8) out.buffer[out.at++] = values[at]! >> 8
      at += run
      continue
    }
    const start = at
    do at += 8
    while (at < count && !hasRun(values, at, count))
    at = Math.min(at, count)
    writePacked(out, values, start, at, bitWidth)
  }
}

/** The bits that numbers from 0 to `highest` need, at least one. */
export const bitWidthOf = (highest: number): number => Math.max(1, 32 - Math.clz32(highest))

function runLength(values: Uint8Array | Int32Array, at: number, count: number): number {
  const value = values[at]
  let end = at + 1
  while (end < count && values[end] === value) end++
  return end - at
}

function hasRun(values: Uint8Array | Int32Array, at: number, count: number): boolean {
  if (count - at < leastRun) return false
  const value = values[at]
  for (let i = at + 1; i < at + leastRun; i++) if (values[i] !== value) return false
  return true
}

function writePacked(out: Bytes, values: Uint8Array | Int32Array, from: number, to: number, bitWidth: number): void {
  const groups = Math.ceil((to - from) / 8)
  writeVarint(out, groups * 2 + 1)
  reserve(out, groups * bitWidth + 4)
  const { buffer } = out
  let at = out.at
  let bits = 0
  let held = 0
  for (let i = from; i < to; i++) {
    held |= values[i]! << bits
    bits += bitWidth
    if (bits >= 16) {
      buffer[at] = held
      buffer[at + 1] = held >>> 8
      at += 2
      held >>>= 16
      bits -= 16
    }
  }
  const end = out.at + groups * bitWidth
  while (at < end) {
    buffer[at++] = held
    held >>>= 8
  }
  out.at = end
}

/** Reads `count` numbers from `bytes[at .. end)`. Throws where they are fewer, and for more bits than `writeHybrid` gives one. */
export function readHybrid(
  to: Uint8Array | Int32Array,
  count: number,
  bitWidth: number,
  { bytes, at, end }: { readonly bytes: Uint8Array; readonly at: number; readonly end: number },
): void {
  if (bitWidth > 16) throw new RangeError(`A number of ${bitWidth} bits is none of ours.`)
  let from = at
  const next = (): number => {
    if (from >= end) throw new RangeError('The numbers end early.')
    return bytes[from++]!
  }
  for (let done = 0; done < count; ) {
    let head = 0
    for (let shift = 0; ; shift += 7) {
      const byte = next()
      head |= (byte & 127) << shift
      if (byte < 128) break
    }
    const left = count - done
    if ((head & 1) === 0) {
      const run = Math.min(head >>> 1, left)
      if (run === 0) throw new RangeError('A run has no length.')
      let value = bitWidth > 0 ? next() : 0
      if (bitWidth > 8) value |= next() << 8
      to.fill(value, done, done + run)
      done += run
    } else {
      const groups = head >>> 1
      if (groups === 0 || from + groups * bitWidth > end) throw new RangeError('The numbers end early.')
      readPacked(to, done, Math.min(8 * groups, left), bitWidth, bytes, from)
      from += groups * bitWidth
      done += Math.min(8 * groups, left)
    }
  }
}

function readPacked(
  to: Uint8Array | Int32Array,
  first: number,
  count: number,
  bitWidth: number,
  bytes: Uint8Array,
  at: number,
): void {
  const mask = (1 << bitWidth) - 1
  let bits = 0
  let held = 0
  for (let i = first; i < first + count; i++) {
    while (bits < bitWidth) {
      held |= bytes[at++]! << bits
      bits += 8
    }
    to[i] = held & mask
    held >>>= bitWidth
    bits -= bitWidth
  }
}
