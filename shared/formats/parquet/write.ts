import type { Rows } from '../../domain/batch.ts'
import { Fault } from '../../domain/faults.ts'
import type { EncodeOptions } from '../encode.ts'
import { writeGroups } from '../groups/write.ts'
import { newFileEncoder } from './encoder.ts'

/** A row group is closed at this many rows, so that readers can page, and at this many bytes before encoding. */
const defaultGroupRows = 65_536
const groupBytes = 16 * 1024 * 1024

/**
 * Rows as a Parquet file: zstd, dictionaries where they pay, statistics, the columns as Headgate knows them in the
 * metadata. Faults: not-offered where there are no columns; source-failed for a null where none may be.
 */
export async function* writeParquet(rows: Rows, options: EncodeOptions = {}): AsyncGenerator<Uint8Array> {
  const { schema } = rows
  if (schema.length === 0) {
    throw new Fault('not-offered', 'A table without columns cannot be a Parquet file.', {
      hint: 'Take CSV or NDJSON, or select at least one column.',
    })
  }
  const { rowGroupRows = defaultGroupRows } = options
  const here = () => newFileEncoder(schema)
  yield* writeGroups(rows, { format: 'parquet', rows: rowGroupRows, bytes: groupBytes, here }, options)
}
