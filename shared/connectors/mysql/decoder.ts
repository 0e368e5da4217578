/** Rows in the server's binary format, straight into the columns of a batch. */

import { isUtf8 } from 'node:buffer'
import type { Batch, Column, Field } from '../../domain/batch.ts'
import { putNull, tellUnrepresentable, Unrepresentable } from '../sql/put.ts'
import { createSlots, present, resetSlots, type Slots } from '../sql/slots.ts'
import type { Filling } from '../sql/stream-batches.ts'
import { isNull, valuesAt } from './rows.ts'
import type { Carried, Coding } from './types.ts'
import { putValue } from './values.ts'

export interface Decoder extends Filling {
  /** Takes one row; answers where its first column beyond the fields begins. Fault value-not-representable. */
  take(bytes: Buffer, at: number): number
  isFull(): boolean
}

const batchRows = 8192
const batchBytes = 4 << 20

/** `beyond`: how many columns a row has after those of the fields. */
export function createDecoder(fields: readonly (Field & { readonly carried: Carried })[], beyond = 0): Decoder {
  const capacity = Math.max(16, Math.min(batchRows, Math.floor((2 * batchBytes) / (fields.length * 16))))
  const columns = fields.map(({ carried }) => createSlots(carried.shape, capacity))
  const fractions = fields.map(({ carried }) => carried.fraction)
  const width = fields.length + beyond
  let rows = 0
  let filled = 0
  let before = 0
  const checkTexts = () => {
    for (const [i, column] of columns.entries()) {
      if (column.coding !== 'text') continue
      const row = firstBroken(column, rows)
      if (row !== undefined)
        throw tellUnrepresentable(new Unrepresentable('text that is not UTF-8'), fields[i]!, before + row + 1)
    }
  }
  return {
    get rows() {
      return rows
    },
    take(bytes, start) {
      let at = valuesAt(start, width)
      let i = 0
      try {
        for (; i < columns.length; i++) {
          if (isNull(bytes, start, i)) putNull(columns[i]!, rows)
          else at = putValue(columns[i]!, rows, bytes, at, fractions[i]!)
        }
      } catch (error) {
        throw tellUnrepresentable(error, fields[i]!, before + rows + 1)
      }
      rows++
      filled += at - start
      return at
    },
    isFull: () => rows >= capacity || filled >= batchBytes,
    batch(): Batch {
      checkTexts()
      return { rows, columns: columns.map((column): Column => present(column)) }
    },
    reset() {
      before += rows
      rows = 0
      filled = 0
      for (const column of columns) resetSlots(column)
    },
  }
}

/** The first row whose text is none: the server hands on what an older one once let in. */
function firstBroken({ offsets, data, used }: Slots<Coding>, rows: number): number | undefined {
  // All together, and no text beginning within a character: then each is well-formed.
  let isWhole = isUtf8(data.subarray(0, used))
  for (let row = 0; isWhole && row < rows; row++)
    if (offsets[row]! < offsets[row + 1]! && (data[offsets[row]!]! & 0xc0) === 0x80) isWhole = false
  if (isWhole) return undefined
  for (let row = 0; row < rows; row++) if (!isUtf8(data.subarray(offsets[row]!, offsets[row + 1]!))) return row
  return undefined
}
