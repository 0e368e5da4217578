/**
 * CSV by RFC 4180: a line of names, then a line a row, each ended by CRLF, quotes where needed and doubled inside.
 * Null is an empty field, an empty text is `""`; binary is `\x` and hex, a list is JSON text.
 */
import type { Column, FieldType, Rows, Schema } from '../domain/batch.ts'
import { type Bytes, newBytes, reserve, writeAscii } from './bytes.ts'
import type { EncodeOptions } from './encode.ts'
import { hasPlainText, plainCell, type WriteCell, writeByte } from './text/cell.ts'
import { writeHex } from './text/encodings.ts'
import { jsonCell } from './text/json-cell.ts'
import { writeLines } from './text/lines.ts'
import type { WriteRows } from './text/rows.ts'

const quote = 34
const comma = 44

/** The bytes of the lines. */
export const writeCsv = (rows: Rows, options: EncodeOptions = {}): AsyncIterable<Uint8Array> =>
  writeLines(
    rows,
    { format: 'csv', begin: (out) => writeHead(out, rows.schema), batch: csvLines(rows.schema) },
    options,
  )

function writeHead(out: Bytes, schema: Schema): void {
  const utf8 = new TextEncoder()
  schema.forEach(({ name }, i) => {
    if (i > 0) writeByte(out, comma)
    const bytes = utf8.encode(name)
    writeField(out, bytes, 0, bytes.length)
  })
  writeAscii(out, '\r\n')
}

/** The writer of lines of these columns. */
export const csvLines =
  (schema: Schema): WriteRows =>
  (batch) => {
    const cells = schema.map(({ type }, i) => csvCell(type, batch.columns[i]!))
    return (out, row) => {
      for (let i = 0; i < cells.length; i++) {
        if (i > 0) writeByte(out, comma)
        cells[i]!(out, row)
      }
      reserve(out, 2)
      out.buffer[out.at++] = 13
      out.buffer[out.at++] = 10
    }
  }

function csvCell(type: FieldType, column: Column): WriteCell {
  const write = presentCell(type, column)
  const { validity } = column
  if (!validity) return write
  return (out, row) => {
    if (validity[row] === 1) write(out, row)
  }
}

function presentCell(type: FieldType, column: Column): WriteCell {
  if (column.layout === 'bytes') {
    const { offsets, data } = column
    if (type.is !== 'binary') return (out, row) => writeField(out, data, offsets[row]!, offsets[row + 1]!)
    return (out, row) => {
      writeAscii(out, '\\x')
      writeHex(out, data, offsets[row]!, offsets[row + 1]!)
    }
  }
  if (hasPlainText(type)) return plainCell(type, column)
  const write = jsonCell(type, { ...column, validity: undefined }, true)
  const text = newBytes()
  return (out, row) => {
    text.at = 0
    write(text, row)
    writeField(out, text.buffer, 0, text.at)
  }
}

/** 1 for the bytes that ask for quotes. */
const special = Uint8Array.from({ length: 256 }, (_, byte) => ([quote, comma, 10, 13].includes(byte) ? 1 : 0))

/** A text, in quotes where it is empty or holds a quote, a comma or a line end. */
function writeField(out: Bytes, data: Uint8Array, from: number, to: number): void {
  reserve(out, to - from)
  const { buffer, at: start } = out
  let found = from === to ? 1 : 0
  // It is copied while it is looked at: seldom in vain.
  for (let i = from, at = start; i < to; i++) {
    const byte = data[i]!
    buffer[at++] = byte
    found |= special[byte]!
  }
  if (found === 0) out.at = start + to - from
  else writeQuoted(out, data, from, to)
}

function writeQuoted(out: Bytes, data: Uint8Array, from: number, to: number): void {
  let quotes = 0
  for (let i = from; i < to; i++) if (data[i] === quote) quotes++
  reserve(out, to - from + quotes + 2)
  const { buffer } = out
  let at = out.at
  buffer[at++] = quote
  for (let i = from; i < to; i++) {
    const byte = data[i]!
    if (byte === quote) buffer[at++] = quote
    buffer[at++] = byte
  }
  buffer[at++] = quote
  out.at = at
}
