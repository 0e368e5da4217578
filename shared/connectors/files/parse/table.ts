import type { Batch, FieldType, Schema } from '../../../domain/batch.ts'
import { Fault } from '../../../domain/faults.ts'

/** What is to be known of a text file before it is read: columns, and which of their types were chosen. */
export interface FileSchema {
  readonly fields: Schema
  /** Names whose types were chosen. */
  readonly chosen: ReadonlySet<string>
}

export const batchRows = 8192
export const batchBytes = 4 * 1024 * 1024

/** Rows and bytes of a file that its schema is told from. */
export const sampleRows = 5_000
export const sampleBytes = 4 * 1024 * 1024

/** Where a value was found that does not fit: the file, the row counted from 1, the column. */
export const unfit = (file: string, row: number, name: string, type: FieldType, isChosen: boolean): Fault =>
  new Fault(
    'value-not-representable',
    `Row ${row} of ${JSON.stringify(file)}, column ${JSON.stringify(name)}: the value is no ${type.is}.`,
    {
      hint: isChosen
        ? 'Choose another type for the column in `schema`, or have the value mended.'
        : `The first values of the column look like ${type.is}. Choose another type for it: schema {${JSON.stringify(name)}: "utf8"}.`,
    },
  )

export const notUtf8 = (file: string, row: number): Fault =>
  new Fault('value-not-representable', `Row ${row} of ${JSON.stringify(file)} is not UTF-8.`, {
    hint: 'Have the file saved as UTF-8, or copy it as it is: parse "none".',
  })

/** Counts what is added and says when a batch is full. */
export function newBatcher(take: (rows: number) => Batch) {
  let rows = 0
  let bytes = 0
  return {
    /** A row was added; the batch, where that filled it. */
    add(rowBytes: number): Batch | undefined {
      rows++
      bytes += rowBytes
      return rows >= batchRows || bytes >= batchBytes ? this.flush() : undefined
    },
    flush(): Batch | undefined {
      if (rows === 0) return undefined
      const batch = take(rows)
      rows = 0
      bytes = 0
      return batch
    },
  }
}
