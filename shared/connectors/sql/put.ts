/** Values into the slots of a column, as every kind of database puts them there. */

import type { Field } from '../../domain/batch.ts'
import { Fault } from '../../domain/faults.ts'
import { growData, growSlots, type Slots } from './slots.ts'

/** Why a value cannot be carried, as the end of the sentence "the column holds". */
export class Unrepresentable extends Error {
  override readonly name = 'Unrepresentable'
}

/** What a failure to put a value means to the reader. `row` counts from 1. Fault value-not-representable. */
export function tellUnrepresentable(error: unknown, field: Field, row: number): unknown {
  if (!(error instanceof Unrepresentable)) return error
  return new Fault(
    'value-not-representable',
    `Row ${row}, column ${JSON.stringify(field.name)} (${field.native}) holds ${error.message}.`,
    { hint: 'Read it with SQL that casts the column to text, or that leaves such rows out.', cause: error },
  )
}

/** The fault for a value, or with `column` undefined a row, that is larger than may be. */
export const tooLarge = (schema: readonly { name: string }[], column: number | undefined, cellBytes: number): Fault => {
  const name = column === undefined ? undefined : schema[column]?.name
  const what = name === undefined ? 'A row is' : `A value of column ${JSON.stringify(name)} is`
  return new Fault(
    'too-large',
    `${what} larger than the ${Math.floor(cellBytes / (1 << 20))} MiB that a value may have.`,
    {
      hint: 'Leave the column out, or read a part of it with SQL.',
    },
  )
}

/** A null's slot is zero. */
export function putNull(column: Slots, row: number): void {
  if (row >= column.capacity) growSlots(column, row + 1)
  column.nulls++
  column.validity[row] = 0
  switch (column.layout) {
    case 'words':
      column.words[row] = 0
      return
    case 'pairs':
      column.words[2 * row] = 0
      column.words[2 * row + 1] = 0
      return
    case 'octets':
      column.octets[row] = 0
      return
    case 'sixteens':
      column.octets.fill(0, 16 * row, 16 * row + 16)
      return
    default:
      column.offsets[row + 1] = column.used
  }
}

export function putBytes(slots: Slots, row: number, bytes: Buffer, at: number, length: number): void {
  const start = slots.used
  if (start + length > slots.data.length) growData(slots, length)
  const data = slots.data
  // Calling out to copy a few bytes costs more than the loop.
  if (length < 24) for (let i = 0; i < length; i++) data[start + i] = bytes[at + i]!
  else bytes.copy(data, start, at, at + length)
  slots.used = start + length
  slots.offsets[row + 1] = slots.used
}

/** The units of a decimal in 16 bytes. */
export function putSixteen(slots: Slots, row: number, units: bigint): void {
  const view = new DataView(slots.octets.buffer)
  view.setBigUint64(16 * row, BigInt.asUintN(64, units), true)
  view.setBigInt64(16 * row + 8, units >> 64n, true)
}
