/** A JSON object a row, a row a line. A repeated column name gets a number behind it, so that no column is lost. */
import type { Batch, Rows } from '../domain/batch.ts'
import { writeAscii, writeBytes } from './bytes.ts'
import type { EncodeOptions } from './encode.ts'
import { distinctNames } from './names.ts'
import { jsonCell } from './text/json-cell.ts'
import { writeText } from './text/rows.ts'

/** The bytes of the lines. */
export function writeNdjson(rows: Rows, { signal }: EncodeOptions = {}): AsyncIterable<Uint8Array> {
  const utf8 = new TextEncoder()
  const { schema } = rows
  const keys = distinctNames(schema.map(({ name }) => name)).map((name, i) =>
    utf8.encode(`${i > 0 ? ',' : ''}${JSON.stringify(name)}:`),
  )
  return writeText(
    rows,
    {
      begin: () => {},
      batch(batch: Batch) {
        const cells = schema.map(({ type }, i) => jsonCell(type, batch.columns[i]!, true))
        return (out, row) => {
          writeAscii(out, '{')
          for (let i = 0; i < cells.length; i++) {
            writeBytes(out, keys[i]!)
            cells[i]!(out, row)
          }
          writeAscii(out, '}\n')
        }
      },
      end: () => {},
    },
    signal,
  )
}
