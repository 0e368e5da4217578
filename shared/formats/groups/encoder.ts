import type { Schema } from '../../domain/batch.ts'
import { csvLines } from '../csv.ts'
import { ndjsonLines } from '../ndjson.ts'
import { newFileEncoder } from '../parquet/encoder.ts'
import { newLineEncoder } from '../text/lines.ts'
import type { Group } from './group.ts'

/** The formats whose bytes come a group of rows at a time, and may be made by a second thread. */
export type GroupFormat = 'parquet' | 'csv' | 'ndjson'

/** Groups of rows to the bytes of one file, one after another. Each array's buffer is the reader's alone. */
export interface GroupEncoder {
  /** The bytes of the group, which follow those of the one before; the group may then be used again. */
  encode(group: Group): Uint8Array
  /** What ends the file. */
  finish(): Uint8Array
}

/** An encoder for a file of these columns. Lines of text begin behind the head, which is not for it to write. */
export function newEncoder(format: GroupFormat, schema: Schema): GroupEncoder {
  switch (format) {
    case 'parquet':
      return newFileEncoder(schema)
    case 'csv':
      return newLineEncoder(schema, csvLines(schema))
    case 'ndjson':
      return newLineEncoder(schema, ndjsonLines(schema))
  }
}
