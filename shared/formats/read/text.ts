/** Reading CSV and NDJSON files back into batches. */
import type { Batch, Schema } from '../../domain/batch.ts'
import type { RandomAccess, ReadWindow } from '../read.ts'
import { newBuilder } from './builder.ts'
import { addCsvRecord, checkHeader } from './csv.ts'
import { addJsonLine, keysOf } from './ndjson.ts'
import { cutRecords } from './records.ts'

const batchRows = 8192
const batchBytes = 4 * 1024 * 1024

/** The rows of a text file. Reaching `startRow` means reading what is before it. Fault: source-failed. */
export async function* readText(
  format: 'csv' | 'ndjson',
  file: RandomAccess,
  schema: Schema,
  wanted: readonly number[],
  { startRow = 0, limit = Number.POSITIVE_INFINITY }: ReadWindow,
): AsyncGenerator<Batch> {
  const binary = format === 'csv' ? 'hex' : 'base64'
  const builders = schema.map(({ type }, i) => (wanted.includes(i) ? newBuilder(type, binary) : undefined))
  const keys = keysOf(schema.map(({ name }) => name))
  const take = (rows: number): Batch => ({ rows, columns: wanted.map((i) => builders[i]!.take()) })
  let hasHeader = format === 'ndjson'
  let row = 0
  let rows = 0
  let bytes = 0
  if (limit <= 0) return
  for await (const { buffer, start, ends } of cutRecords(await file.read(0, file.size), format === 'csv')) {
    let from = start
    for (const end of ends) {
      const record = buffer.subarray(from, end)
      from = end
      if (!hasHeader) {
        checkHeader(record, schema)
        hasHeader = true
        continue
      }
      if (row++ < startRow) continue
      if (format === 'csv') addCsvRecord(record, builders, row - 1)
      else addJsonLine(record, keys, builders, rows, row - 1)
      rows++
      bytes += record.length
      if (row - startRow === limit) {
        yield take(rows)
        return
      }
      if (rows < batchRows && bytes < batchBytes) continue
      yield take(rows)
      rows = 0
      bytes = 0
    }
  }
  if (rows > 0) yield take(rows)
}
