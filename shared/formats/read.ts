import type { Rows, Schema } from '../domain/batch.ts'
import { unknownColumn } from '../domain/filter.ts'

/** Bytes that can be read in pieces: a file, an object in a store. */
export interface RandomAccess {
  /** Bytes in all. */
  readonly size: number
  /** The bytes of the half-open range [begin, end). */
  read(begin: number, end: number): AsyncIterable<Uint8Array> | Promise<AsyncIterable<Uint8Array>>
}

/** Which part is read. Absent members mean: every column, from the first row, to the last. */
export interface ReadWindow {
  /** Names of columns, in the order wanted. */
  readonly select?: readonly string[] | undefined
  readonly startRow?: number | undefined
  readonly limit?: number | undefined
}

/**
 * The rows of a file that the writers here made, exactly as they were; files of others as far as their types are
 * known. Parquet goes straight to the row group that holds `startRow`; text files are read from their beginning.
 * No more than a row group, or a few thousand lines, is held. Faults: invalid-request for a column that is not there,
 * source-failed for bytes that are no such file, value-not-representable.
 */
export function decode(
  format: 'parquet' | 'csv' | 'ndjson',
  file: RandomAccess,
  schema: Schema,
  window: ReadWindow = {},
): Rows {
  const wanted = positionsOf(schema, window.select)
  return {
    schema: wanted.map((i) => schema[i]!),
    batches: (async function* () {
      if (format === 'parquet') {
        const { readParquet } = await import('./parquet/read.ts')
        yield* readParquet(file, schema, wanted, window)
      } else {
        const { readText } = await import('./read/text.ts')
        yield* readText(format, file, schema, wanted, window)
      }
    })(),
  }
}

/** Where the selected columns are in the schema; of several of one name, the first. Fault: invalid-request. */
export function positionsOf(schema: Schema, select: readonly string[] | undefined): number[] {
  if (!select) return schema.map((_, i) => i)
  return select.map((name) => {
    const position = schema.findIndex((field) => field.name === name)
    if (position < 0) {
      throw unknownColumn(
        name,
        schema.map((field) => field.name),
      )
    }
    return position
  })
}
