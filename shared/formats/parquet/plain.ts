import { type Bytes, reserve } from '../bytes.ts'
import type { KeptColumn } from '../groups/group.ts'
import type { Physical } from './leaf.ts'

/** Values at `index[0 .. count)` of a column in Parquet's PLAIN encoding. */
export function writePlain(out: Bytes, physical: Physical, column: KeptColumn, index: Int32Array, count: number): void {
  if (physical === 'bool') writeBits(out, column.data, index, count)
  else if (physical === 'bytes') writeByteArrays(out, column, index, count)
  else if (physical === 'decimal128') writeReversed(out, column.data, index, count)
  else writeFixed(out, column, index, count)
}

function writeFixed(out: Bytes, { data, width }: KeptColumn, index: Int32Array, count: number): void {
  reserve(out, count * width)
  const { buffer } = out
  let at = out.at
  out.at += count * width
  if (count === 0) return
  if (index[count - 1] === index[0]! + count - 1) {
    buffer.set(data.subarray(index[0]! * width, (index[0]! + count) * width), at)
    return
  }
  for (let i = 0; i < count; i++) {
    const start = index[i]! * width
    for (let byte = 0; byte < width; byte++) buffer[at++] = data[start + byte]!
  }
}

/** 128-bit numbers, the highest byte first. */
function writeReversed(out: Bytes, data: Uint8Array, index: Int32Array, count: number): void {
  reserve(out, count * 16)
  for (let i = 0; i < count; i++) {
    const start = index[i]! * 16
    for (let byte = 15; byte >= 0; byte--) out.buffer[out.at++] = data[start + byte]!
  }
}

function writeBits(out: Bytes, data: Uint8Array, index: Int32Array, count: number): void {
  const size = (count + 7) >> 3
  reserve(out, size)
  out.buffer.fill(0, out.at, out.at + size)
  for (let i = 0; i < count; i++) if (data[index[i]!] !== 0) out.buffer[out.at + (i >> 3)]! |= 1 << (i & 7)
  out.at += size
}

function writeByteArrays(out: Bytes, { data, offsets }: KeptColumn, index: Int32Array, count: number): void {
  let size = 4 * count
  for (let i = 0; i < count; i++) size += offsets[index[i]! + 1]! - offsets[index[i]!]!
  reserve(out, size + 3)
  const { buffer } = out
  const source = new DataView(data.buffer, data.byteOffset, data.byteLength)
  const target = new DataView(buffer.buffer, buffer.byteOffset, buffer.byteLength)
  const lastWord = data.length - 4
  let at = out.at
  for (let i = 0; i < count; i++) {
    const from = offsets[index[i]!]!
    const to = offsets[index[i]! + 1]!
    target.setInt32(at, to - from, true)
    at += 4
    // Whole words: what is copied too much is written over by the next value.
    if (to - from > 64 || to > lastWord) buffer.set(data.subarray(from, to), at)
    else for (let j = from; j < to; j += 4) target.setInt32(at + j - from, source.getInt32(j))
    at += to - from
  }
  out.at = at
}
