/** Record batches: https://arrow.apache.org/docs/format/Columnar.html. */
import type { Batch, Column, FieldType, Schema } from '../../domain/batch.ts'
import { type Bytes, reserve, writeBytes } from '../bytes.ts'
import { int64, structs, table } from './flatbuffer.ts'
import { headers, message } from './schema.ts'

/** What a body is made of, in the order of the schema's fields, depth first. */
interface Body {
  /** Length and nulls of each column and item column. */
  readonly nodes: number[]
  /** Offset and length of each buffer. */
  readonly buffers: number[]
  readonly out: Bytes
}

/** Fills `out` with the body of a batch and returns the message that goes before it. */
export function writeRecordBatch(out: Bytes, schema: Schema, batch: Batch): Uint8Array {
  const body: Body = { nodes: [], buffers: [], out }
  schema.forEach(({ type }, i) => {
    writeColumn(body, type, batch.columns[i]!, 0, batch.rows)
  })
  const content = table([int64(batch.rows), structs(body.nodes, 2), structs(body.buffers, 2)])
  return message(headers.recordBatch, content, out.at)
}

function writeColumn(body: Body, type: FieldType, column: Column, from: number, to: number): void {
  const nulls = countNulls(column.validity, from, to)
  body.nodes.push(to - from, nulls)
  writeBuffer(body, (out) => {
    if (nulls > 0) writeBits(out, column.validity!, from, to)
  })
  if (column.layout === 'fixed') {
    writeBuffer(body, (out) => writeFixed(out, type, column.values, from, to))
    return
  }
  const { offsets } = column
  const start = offsets[from]!
  const end = offsets[to]!
  writeBuffer(body, (out) => writeOffsets(out, offsets, from, to))
  if (column.layout === 'bytes') writeBuffer(body, (out) => writeBytes(out, column.data, start, end))
  else writeColumn(body, (type as { of: FieldType }).of, column.items, start, end)
}

/** Writes a buffer, padded to 8 bytes, and notes where it is. */
function writeBuffer({ buffers, out }: Body, write: (out: Bytes) => void): void {
  const start = out.at
  write(out)
  buffers.push(start, out.at - start)
  const end = Math.ceil(out.at / 8) * 8
  reserve(out, end - out.at)
  out.buffer.fill(0, out.at, end)
  out.at = end
}

function writeFixed(
  out: Bytes,
  type: FieldType,
  values: Extract<Column, { layout: 'fixed' }>['values'],
  from: number,
  to: number,
): void {
  if (type.is === 'bool') writeBits(out, values as Uint8Array, from, to)
  else if (type.is === 'decimal' && type.precision <= 18) widen(out, values as BigInt64Array, from, to)
  else {
    const width = values instanceof Uint8Array ? 16 : values.BYTES_PER_ELEMENT
    const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength)
    writeBytes(out, bytes, from * width, to * width)
  }
}

/** 64-bit numbers as 128-bit ones. */
function widen(out: Bytes, values: BigInt64Array, from: number, to: number): void {
  const words = new Int32Array(values.buffer, values.byteOffset, values.length * 2)
  reserve(out, (to - from) * 16)
  // A body is written from its start and every buffer begins at a multiple of 8.
  const wide = new Int32Array(out.buffer.buffer, out.buffer.byteOffset + out.at, (to - from) * 4)
  for (let i = from, at = 0; i < to; i++) {
    const high = words[2 * i + 1]!
    wide[at++] = words[2 * i]!
    wide[at++] = high
    wide[at++] = high >> 31
    wide[at++] = high >> 31
  }
  out.at += (to - from) * 16
}

/** A byte a row as a bit a row, the lowest bit first. */
function writeBits(out: Bytes, bytes: Uint8Array, from: number, to: number): void {
  const size = (to - from + 7) >> 3
  reserve(out, size)
  const { buffer } = out
  buffer.fill(0, out.at, out.at + size)
  for (let i = 0; i < to - from; i++) if (bytes[from + i] !== 0) buffer[out.at + (i >> 3)]! |= 1 << (i & 7)
  out.at += size
}

function writeOffsets(out: Bytes, offsets: Int32Array, from: number, to: number): void {
  const base = offsets[from]!
  reserve(out, (to - from + 1) * 4)
  const rebased = new Int32Array(out.buffer.buffer, out.buffer.byteOffset + out.at, to - from + 1)
  for (let i = from; i <= to; i++) rebased[i - from] = offsets[i]! - base
  out.at += rebased.byteLength
}

function countNulls(validity: Uint8Array | undefined, from: number, to: number): number {
  if (!validity) return 0
  let nulls = 0
  for (let i = from; i < to; i++) if (validity[i] === 0) nulls++
  return nulls
}
