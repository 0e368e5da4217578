/**
 * Rows as the text that COPY takes: a line a row, tabs between, `\N` for null, so that an empty text is another thing.
 * (PostgreSQL manual, COPY, "Text Format"; "Array Input and Output Syntax".)
 */

import type { Column, Field, FieldType, Rows } from '../../domain/batch.ts'
import { Fault } from '../../domain/faults.ts'
import { type Bytes, chunkBytes, newBytes, reserve, takeBytes, writeAscii } from '../../formats/bytes.ts'
import { plainCell, type WriteCell, writeByte } from '../../formats/text/cell.ts'
import { writeHex } from '../../formats/text/encodings.ts'

/**
 * `mostCharacters`: of texts, by position of the column. `before`: so many rows came before these. Fault
 * value-not-representable, by row and column.
 */
export async function* copyText(
  { schema, batches }: Rows,
  mostCharacters: readonly (number | undefined)[],
  before = 0,
): AsyncGenerator<Uint8Array> {
  const out = newBytes(chunkBytes)
  for await (const batch of batches) {
    const cells = schema.map((field, i) => {
      const fail = (row: number, why: string) => unfit(field, before + row, why)
      return nullable(batch.columns[i]!, present(field.type, batch.columns[i]!, fail, mostCharacters[i]))
    })
    for (let row = 0; row < batch.rows; row++) {
      for (let i = 0; i < cells.length; i++) {
        if (i > 0) writeByte(out, 9)
        cells[i]!(out, row)
      }
      writeByte(out, 10)
      if (out.at >= chunkBytes) yield takeBytes(out)
    }
    before += batch.rows
  }
  if (out.at > 0) yield takeBytes(out)
}

type Fail = (row: number, why: string) => Fault

function nullable({ validity }: Column, write: WriteCell): WriteCell {
  if (!validity) return write
  return (out, row) => {
    if (validity[row] === 1) write(out, row)
    else writeAscii(out, '\\N')
  }
}

function present(type: FieldType, column: Column, fail: Fail, most: number | undefined): WriteCell {
  if (type.is === 'list') {
    const array = arrayCell(type.of, column as Extract<Column, { layout: 'list' }>, fail)
    const text = newBytes()
    return (out, row) => {
      text.at = 0
      array(text, row)
      writeEscaped(out, text.buffer, 0, text.at)
    }
  }
  if (column.layout !== 'bytes') return plainCell(type, column)
  const { offsets, data } = column
  if (type.is === 'binary')
    return (out, row) => {
      writeAscii(out, '\\\\x')
      writeHex(out, data, offsets[row]!, offsets[row + 1]!)
    }
  return (out, row) => {
    const [from, to] = [offsets[row]!, offsets[row + 1]!]
    if (most !== undefined && charactersIn(data, from, to) > most)
      throw fail(row, `a text of more than ${most} characters`)
    if (!writeEscaped(out, data, from, to)) throw fail(row, 'the character NUL')
  }
}

/** `{1,NULL,"a \"b\""}`, not escaped for COPY yet. */
function arrayCell(of: FieldType, { offsets, items }: Extract<Column, { layout: 'list' }>, fail: Fail): WriteCell {
  let at = 0
  const item = itemCell(of, items, (_, why) => fail(at, why))
  return (out, row) => {
    at = row
    writeByte(out, 123)
    for (let i = offsets[row]!; i < offsets[row + 1]!; i++) {
      if (i > offsets[row]!) writeByte(out, 44)
      if (items.validity && items.validity[i] !== 1) writeAscii(out, 'NULL')
      else item(out, i)
    }
    writeByte(out, 125)
  }
}

function itemCell(of: FieldType, items: Column, fail: Fail): WriteCell {
  if (items.layout !== 'bytes') {
    const write = plainCell(of, items)
    // in quotes: a date before Christ holds a space
    return (out, row) => {
      writeByte(out, 34)
      write(out, row)
      writeByte(out, 34)
    }
  }
  const { offsets, data } = items
  return (out, row) => {
    writeByte(out, 34)
    if (of.is === 'binary') {
      writeAscii(out, '\\\\x')
      writeHex(out, data, offsets[row]!, offsets[row + 1]!)
    } else
      for (let i = offsets[row]!; i < offsets[row + 1]!; i++) {
        const byte = data[i]!
        if (byte === 0) throw fail(row, 'the character NUL')
        if (byte === 34 || byte === 92) writeByte(out, 92)
        writeByte(out, byte)
      }
    writeByte(out, 34)
  }
}

/** 1 for the bytes that COPY reads as something else, and 2 for NUL, which no text there can hold. */
const special = Uint8Array.from({ length: 256 }, (_, byte) => (byte === 0 ? 2 : [9, 10, 13, 92].includes(byte) ? 1 : 0))
const letters: Readonly<Record<number, number>> = { 9: 116, 10: 110, 13: 114, 92: 92 }

/** False where there is a NUL. */
function writeEscaped(out: Bytes, data: Uint8Array, from: number, to: number): boolean {
  reserve(out, 2 * (to - from))
  const { buffer } = out
  let { at } = out
  for (let i = from; i < to; i++) {
    const byte = data[i]!
    const is = special[byte]!
    if (is === 0) buffer[at++] = byte
    else if (is === 2) return false
    else {
      buffer[at++] = 92
      buffer[at++] = letters[byte]!
    }
  }
  out.at = at
  return true
}

function charactersIn(data: Uint8Array, from: number, to: number): number {
  let count = 0
  for (let i = from; i < to; i++) if ((data[i]! & 0xc0) !== 0x80) count++
  return count
}

const unfit = ({ name }: Field, row: number, why: string): Fault =>
  new Fault('value-not-representable', `Row ${row + 1}, column ${JSON.stringify(name)}: ${why} cannot be kept there.`)
