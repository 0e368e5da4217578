import type { Rows } from '../../domain/batch.ts'
import { type Bytes, chunkBytes, newBytes, reserve, takeBytes, writeBytes } from '../bytes.ts'
import type { EncodeOptions } from '../encode.ts'
import { writeRecordBatch } from './record-batch.ts'
import { schemaMessage } from './schema.ts'

/**
 * Rows as an Arrow IPC stream: the schema, a record batch a batch, the end mark; no dictionaries. json is carried as
 * utf8, uuid as the extension `arrow.uuid`, decimals as decimal128; the source's own type is in the field's metadata
 * under `headgate.nativeType`.
 */
export async function* writeArrow(rows: Rows, { signal }: EncodeOptions = {}): AsyncGenerator<Uint8Array> {
  const { schema } = rows
  const out = newBytes()
  const body = newBytes()
  let hasBegun = false
  let hasSent = false
  for await (const batch of rows.batches) {
    signal?.throwIfAborted()
    if (!hasBegun) writeMessage(out, schemaMessage(schema))
    hasBegun = true
    if (batch.rows === 0) continue
    body.at = 0
    writeMessage(out, writeRecordBatch(body, schema, batch))
    writeBytes(out, body.buffer, 0, body.at)
    if (hasSent && out.at < chunkBytes) continue
    yield takeBytes(out)
    hasSent = true
  }
  if (!hasBegun) writeMessage(out, schemaMessage(schema))
  writeMessage(out, new Uint8Array(0))
  yield takeBytes(out)
}

/** The mark of a message, its length, and it. One without length ends the stream. */
function writeMessage(out: Bytes, metadata: Uint8Array): void {
  reserve(out, 8)
  out.buffer.fill(255, out.at, out.at + 4)
  for (let i = 0; i < 4; i++) out.buffer[out.at + 4 + i] = (metadata.length >>> (8 * i)) & 255
  out.at += 8
  writeBytes(out, metadata)
}
