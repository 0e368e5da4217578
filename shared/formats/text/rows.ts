/** Rows written as text, in chunks: what JSON, NDJSON and CSV have in common. */
import type { Batch, Rows } from '../../domain/batch.ts'
import { type Bytes, chunkBytes, newBytes, takeBytes } from '../bytes.ts'

/** Prepares a batch and returns the writer of a row, which is told whether it is the first of all. */
export type WriteRows = (batch: Batch) => (out: Bytes, row: number, isFirst: boolean) => void

export interface TextFormat {
  /** Before the first row; not asked for before the first batch is there, so that an early failure sends nothing. */
  begin(out: Bytes): void
  readonly batch: WriteRows
  /** After the last row. */
  end(out: Bytes): void
}

/** The bytes of all rows. The first chunk goes out with the first batch, the others from 128 KB. */
export async function* writeText(rows: Rows, format: TextFormat, signal?: AbortSignal): AsyncGenerator<Uint8Array> {
  const out = newBytes()
  let hasBegun = false
  let isFirst = true
  let hasSent = false
  for await (const batch of rows.batches) {
    signal?.throwIfAborted()
    if (!hasBegun) format.begin(out)
    hasBegun = true
    const writeRow = format.batch(batch)
    for (let row = 0; row < batch.rows; row++) {
      writeRow(out, row, isFirst)
      isFirst = false
      if (out.at < chunkBytes) continue
      yield takeBytes(out)
      signal?.throwIfAborted()
      hasSent = true
    }
    if (hasSent || out.at === 0 || isFirst) continue
    yield takeBytes(out)
    hasSent = true
  }
  if (!hasBegun) format.begin(out)
  format.end(out)
  if (out.at > 0) yield takeBytes(out)
}
