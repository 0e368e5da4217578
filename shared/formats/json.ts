/** A reply as one JSON document: `{ "columns": […], "rows": [[…], …], "next": string or null }`. */
import { type Batch, type Rows, typeName } from '../domain/batch.ts'
import { writeAscii, writeBytes } from './bytes.ts'
import type { EncodeOptions } from './encode.ts'
import { writeByte } from './text/cell.ts'
import { jsonCell } from './text/json-cell.ts'
import { writeText } from './text/rows.ts'

/** The bytes of the document. `next` is asked once every row is written. */
export function writeJson(rows: Rows, { next, signal }: EncodeOptions = {}): AsyncIterable<Uint8Array> {
  const utf8 = new TextEncoder()
  const { schema } = rows
  const columns = schema.map(({ name, type, native, nullable }) => ({
    name,
    type: typeName(type),
    nativeType: native,
    nullable,
  }))
  return writeText(
    rows,
    {
      begin: (out) => writeBytes(out, utf8.encode(`{"columns":${JSON.stringify(columns)},"rows":[`)),
      batch(batch: Batch) {
        const cells = schema.map(({ type }, i) => jsonCell(type, batch.columns[i]!, false))
        return (out, row, isFirst) => {
          writeAscii(out, isFirst ? '\n[' : ',\n[')
          for (let i = 0; i < cells.length; i++) {
            if (i > 0) writeByte(out, 44)
            cells[i]!(out, row)
          }
          writeByte(out, 93)
        }
      },
      end: (out) => writeBytes(out, utf8.encode(`],"next":${JSON.stringify(next?.() ?? null)}}\n`)),
    },
    signal,
  )
}
