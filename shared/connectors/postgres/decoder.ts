/** Rows in the server's binary format, straight into the columns of a batch. */

import type { Batch, Column, Field } from '../../domain/batch.ts'
import { putNull, tellUnrepresentable } from '../sql/put.ts'
import { createSlots, present, resetSlots } from '../sql/slots.ts'
import { type Carried, shapeOf } from './types.ts'
import { putValue } from './values.ts'

export interface Decoder {
  /** Rows in the batch being filled. */
  readonly rows: number
  /** Takes one row; answers where its first column beyond the fields begins, or its end. Fault value-not-representable. */
  take(bytes: Buffer, at: number): number
  isFull(): boolean
  /** What was filled. Its memory is used again from the next `reset` on. */
  batch(): Batch
  reset(): void
}

const batchRows = 8192
const batchBytes = 4 << 20

export function createDecoder(fields: readonly (Field & { readonly carried: Carried })[]): Decoder {
  const width = fields.length * 16
  const capacity = Math.max(16, Math.min(batchRows, Math.floor((2 * batchBytes) / width)))
  const columns = fields.map(({ carried }) => createSlots(shapeOf(carried.coding), capacity))
  let rows = 0
  let filled = 0
  let before = 0
  let current: Buffer | undefined
  let view: DataView = new DataView(new ArrayBuffer(0))
  return {
    get rows() {
      return rows
    },
    take(bytes, at) {
      if (bytes !== current) {
        current = bytes
        view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
      }
      const start = at
      at += 2
      let i = 0
      try {
        for (; i < columns.length; i++) {
          const length = view.getInt32(at)
          at += 4
          if (length < 0) putNull(columns[i]!, rows)
          else {
            putValue(columns[i]!, rows, view, at, length)
            at += length
          }
        }
      } catch (error) {
        throw tellUnrepresentable(error, fields[i]!, before + rows + 1)
      }
      rows++
      filled += at - start
      return at
    },
    isFull: () => rows >= capacity || filled >= batchBytes,
    batch: () => ({ rows, columns: columns.map((column): Column => present(column)) }),
    reset() {
      before += rows
      rows = 0
      filled = 0
      for (const column of columns) resetSlots(column)
    },
  }
}
