/** A JSON object a row, a row a line. A repeated column name gets a number behind it, so that no column is lost. */
import type { Rows, Schema } from '../domain/batch.ts'
import { literal, writeLiteral } from './bytes.ts'
import type { EncodeOptions } from './encode.ts'
import { distinctNames } from './names.ts'
import { jsonCell } from './text/json-cell.ts'
import { writeLines } from './text/lines.ts'
import type { WriteRows } from './text/rows.ts'

/** The bytes of the lines. */
export const writeNdjson = (rows: Rows, options: EncodeOptions = {}): AsyncIterable<Uint8Array> =>
  writeLines(rows, { format: 'ndjson', begin: () => {}, batch: ndjsonLines(rows.schema) }, options)

/** The writer of lines of these columns. */
export function ndjsonLines(schema: Schema): WriteRows {
  const keys = distinctNames(schema.map(({ name }) => name)).map((name, i) =>
    literal(`${i > 0 ? ',' : '{'}${JSON.stringify(name)}:`),
  )
  const end = literal(keys.length > 0 ? '}\n' : '{}\n')
  return (batch) => {
    const cells = schema.map(({ type }, i) => jsonCell(type, batch.columns[i]!, true))
    return (out, row) => {
      for (let i = 0; i < cells.length; i++) {
        writeLiteral(out, keys[i]!)
        cells[i]!(out, row)
      }
      writeLiteral(out, end)
    }
  }
}
