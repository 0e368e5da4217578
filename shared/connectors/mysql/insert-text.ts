/**
 * Rows as the texts of INSERT statements. Every text and every byte goes as hex, so that no value is ever read as SQL; the
 * others are digits. (MySQL manual, "Literal Values".)
 */

import type { Column, Field, FieldType, Rows } from '../../domain/batch.ts'
import { Fault } from '../../domain/faults.ts'
import { type Bytes, newBytes, takeBytes, writeAscii } from '../../formats/bytes.ts'
import { writeTimestamp } from '../../formats/text/calendar.ts'
import { plainCell, type WriteCell, wordsOf, writeByte } from '../../formats/text/cell.ts'
import { writeHex } from '../../formats/text/encodings.ts'
import { float64Text } from '../../formats/text/float.ts'
import type { Room } from './written-types.ts'

/** What stands behind VALUES in one statement, ASCII, and the number of its first row, from 0. */
export interface Insert {
  readonly values: string
  readonly firstRow: number
}

export interface Inserting {
  /** By position of the column. */
  readonly rooms: readonly (Room | undefined)[]
  /** A statement that has grown to so many bytes is ended. */
  readonly bytes: number
  /** So many rows came before these. */
  readonly before?: number
}

/** Fault value-not-representable, by row and column. */
export async function* insertTexts(
  { schema, batches }: Rows,
  { rooms, bytes, before: first = 0 }: Inserting,
): AsyncGenerator<Insert> {
  const out = newBytes(bytes + 4096)
  let row = first
  let firstRow = 0
  const take = (): Insert => ({ values: Buffer.from(takeBytes(out)).toString('latin1'), firstRow })
  for await (const batch of batches) {
    const before = row
    const cells = schema.map((field, i) => {
      const fail: Fail = (at, why) => unfit(field, before + at, why)
      return nullable(batch.columns[i]!, present(field.type, batch.columns[i]!, fail, rooms[i]))
    })
    for (let at = 0; at < batch.rows; at++, row++) {
      if (out.at === 0) firstRow = row
      else writeByte(out, 44)
      writeByte(out, 40)
      for (let i = 0; i < cells.length; i++) {
        if (i > 0) writeByte(out, 44)
        cells[i]!(out, at)
      }
      writeByte(out, 41)
      if (out.at >= bytes) yield take()
    }
  }
  if (out.at > 0) yield take()
}

type Fail = (row: number, why: string) => Fault

function nullable({ validity }: Column, write: WriteCell): WriteCell {
  if (!validity) return write
  return (out, row) => {
    if (validity[row] === 1) write(out, row)
    else writeAscii(out, 'NULL')
  }
}

function present(type: FieldType, column: Column, fail: Fail, room: Room | undefined): WriteCell {
  if (column.layout === 'bytes') {
    const { offsets, data } = column
    const prefix = type.is === 'binary' ? "x'" : "_utf8mb4 x'"
    return (out, row) => {
      const [from, to] = [offsets[row]!, offsets[row + 1]!]
      if (room && sizeOf(data, from, to, room) > room.most)
        throw fail(row, `a text of more than ${room.most} ${room.unit} cannot be kept there`)
      writeAscii(out, prefix)
      writeHex(out, data, from, to)
      writeByte(out, 39)
    }
  }
  const { values } = column as { values: Int32Array | Float64Array | BigInt64Array }
  switch (type.is) {
    case 'bool':
      return (out, row) => writeByte(out, values[row] ? 49 : 48)
    case 'float32':
    case 'float64':
      // with an exponent, so that it is no decimal; of 32 bits all digits
      return (out, row) => {
        const value = values[row] as number
        if (!Number.isFinite(value)) throw fail(row, `${value} cannot be kept there`)
        const text = float64Text(value)
        writeAscii(out, text.includes('e') ? text : `${text}e0`)
      }
    case 'date':
      return quoted(plainCell(type, column), (row) => {
        const days = values[row] as number
        if (days < firstDay || days > lastDay) throw fail(row, outOfYears)
      })
    case 'timestamp': {
      const words = wordsOf(values)
      // without a Z: sessions are in UTC
      const write: WriteCell = (out, row) => writeTimestamp(out, words[2 * row]!, words[2 * row + 1]!, false)
      return quoted(write, (row) => {
        const micros = (values as BigInt64Array)[row]!
        if (micros < firstMicro || micros > lastMicro) throw fail(row, outOfYears)
      })
    }
    case 'uuid':
      return quoted(plainCell(type, column), () => {})
    default:
      return plainCell(type, column)
  }
}

/** From 0001-01-01 to 9999-12-31. */
const firstDay = -719_162
const lastDay = 2_932_896
const firstMicro = BigInt(firstDay) * 86_400_000_000n
const lastMicro = BigInt(lastDay + 1) * 86_400_000_000n - 1n
const outOfYears = 'a time before the year 1 or after 9999 cannot be kept there'

const quoted =
  (write: WriteCell, check: (row: number) => void): WriteCell =>
  (out: Bytes, row: number) => {
    check(row)
    writeByte(out, 39)
    write(out, row)
    writeByte(out, 39)
  }

function sizeOf(data: Uint8Array, from: number, to: number, { unit }: Room): number {
  if (unit === 'bytes') return to - from
  let count = 0
  for (let i = from; i < to; i++) if ((data[i]! & 0xc0) !== 0x80) count++
  return count
}

const unfit = ({ name }: Field, row: number, why: string): Fault =>
  new Fault('value-not-representable', `Row ${row + 1}, column ${JSON.stringify(name)}: ${why}.`)
