/**
 * Cells as JSON: int64, decimal, date and timestamp are strings, as are floats that JSON has no number for; binary is
 * base64; json is spliced in as its own text; null is null.
 */
import type { Column, FieldType } from '../../domain/batch.ts'
import { type Bytes, reserve, writeAscii, writeBytes } from '../bytes.ts'
import { hasPlainText, plainCell, type WriteCell, writeByte } from './cell.ts'
import { writeBase64 } from './encodings.ts'
import { float32Text, float64Text } from './float.ts'

const quote = 34

/** The writer of a column's cells, nulls too. `oneLine`: line ends in json text become spaces, which JSON allows. */
export function jsonCell(type: FieldType, column: Column, oneLine: boolean): WriteCell {
  const write = presentCell(type, column, oneLine)
  const { validity } = column
  if (!validity) return write
  return (out, row) => {
    if (validity[row] === 1) write(out, row)
    else writeAscii(out, 'null')
  }
}

/** A JSON string of UTF-8 bytes `data[from .. to)`. */
export function writeJsonString(out: Bytes, data: Uint8Array, from: number, to: number): void {
  writeByte(out, quote)
  // In slices, so that the room reserved for escapes stays small beside a very long cell.
  for (let start = from; start < to; start += 4096) {
    const end = Math.min(to, start + 4096)
    reserve(out, (end - start) * 6)
    const { buffer } = out
    let at = out.at
    for (let i = start; i < end; i++) {
      const byte = data[i]!
      if (byte >= 32 && byte !== quote && byte !== 92) buffer[at++] = byte
      else at = writeEscape(buffer, at, byte)
    }
    out.at = at
  }
  writeByte(out, quote)
}

function presentCell(type: FieldType, column: Column, oneLine: boolean): WriteCell {
  if (type.is === 'list' && column.layout === 'list') return listCell(type.of, column, oneLine)
  if (column.layout === 'bytes') {
    const { offsets, data } = column
    if (type.is === 'json') return (out, row) => writeJsonText(out, data, offsets[row]!, offsets[row + 1]!, oneLine)
    if (type.is === 'utf8') return (out, row) => writeJsonString(out, data, offsets[row]!, offsets[row + 1]!)
    return (out, row) => {
      writeByte(out, quote)
      writeBase64(out, data, offsets[row]!, offsets[row + 1]!)
      writeByte(out, quote)
    }
  }
  if (type.is === 'float32' || type.is === 'float64') {
    const values = (column as { values: Float64Array }).values
    const textOf = type.is === 'float32' ? float32Text : float64Text
    return (out, row) => {
      const text = textOf(values[row]!)
      // Many readers take a number without a point for a whole one, and those have no -0.
      if (text === '-0') writeAscii(out, '-0.0')
      else writeAscii(out, Number.isFinite(values[row]) ? text : `"${text}"`)
    }
  }
  if (!hasPlainText(type)) throw new TypeError(`A column of ${type.is} has the layout ${column.layout}`)
  const write = plainCell(type, column)
  if (type.is === 'bool' || type.is === 'int32') return write
  return (out, row) => {
    writeByte(out, quote)
    write(out, row)
    writeByte(out, quote)
  }
}

function listCell(of: FieldType, column: Column & { layout: 'list' }, oneLine: boolean): WriteCell {
  const write = jsonCell(of, column.items, oneLine)
  const { offsets } = column
  return (out, row) => {
    writeByte(out, 91)
    for (let item = offsets[row]!; item < offsets[row + 1]!; item++) {
      if (item > offsets[row]!) writeByte(out, 44)
      write(out, item)
    }
    writeByte(out, 93)
  }
}

function writeJsonText(out: Bytes, data: Uint8Array, from: number, to: number, oneLine: boolean): void {
  const start = out.at
  writeBytes(out, data, from, to)
  if (!oneLine) return
  for (let i = start; i < out.at; i++) if (out.buffer[i] === 10 || out.buffer[i] === 13) out.buffer[i] = 32
  // A space after it tells JSON's null from an absent value when the file is read back.
  if (isNullText(out.buffer, start, out.at)) writeByte(out, 32)
}

/** Whether the text is `null` with nothing but spaces around it. */
function isNullText(buffer: Uint8Array, from: number, to: number): boolean {
  while (from < to && (buffer[from] === 32 || buffer[from] === 9)) from++
  return (
    buffer[from] === 110 &&
    new TextDecoder('latin1').decode(buffer.subarray(from, Math.min(to, from + 5))).trim() === 'null'
  )
}

const shortEscapes: Readonly<Record<number, number>> = { 8: 98, 9: 116, 10: 110, 12: 102, 13: 114, 34: 34, 92: 92 }

function writeEscape(buffer: Uint8Array, at: number, byte: number): number {
  buffer[at++] = 92
  const short = shortEscapes[byte]
  if (short !== undefined) {
    buffer[at++] = short
    return at
  }
  const digits = byte.toString(16).padStart(2, '0')
  for (const character of `u00${digits}`) buffer[at++] = character.charCodeAt(0)
  return at
}
