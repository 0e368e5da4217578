import { availableParallelism } from 'node:os'
import type { Rows } from '../../domain/batch.ts'
import { Fault } from '../../domain/faults.ts'
import type { EncodeOptions } from '../encode.ts'
import { newFileEncoder } from './encoder.ts'
import { appendRows, clearGroup, fittingRows, type Group, newGroup } from './group.ts'
import { startWorker, type WorkerEncoder } from './thread.ts'

/** A row group is closed at this many rows, so that readers can page, and at this many bytes before encoding. */
const defaultGroupRows = 65_536
const groupBytes = 16 * 1024 * 1024

/**
 * Rows as a Parquet file: zstd, dictionaries where they pay, statistics, the columns as Headgate knows them in the
 * metadata. Holds two row groups at most. From the second row group on, a second thread encodes where there is a
 * second core. Faults: not-offered where there are no columns; source-failed for a null where none may be.
 */
export async function* writeParquet(rows: Rows, options: EncodeOptions = {}): AsyncGenerator<Uint8Array> {
  const { schema } = rows
  if (schema.length === 0) {
    throw new Fault('not-offered', 'A table without columns cannot be a Parquet file.', {
      hint: 'Take CSV or NDJSON, or select at least one column.',
    })
  }
  const { signal, rowGroupRows = defaultGroupRows, worker: wantsWorker = availableParallelism() > 1 } = options
  let group = newGroup(schema)
  let worker: WorkerEncoder | undefined
  const pending: Promise<{ bytes: Uint8Array; group: Group }>[] = []
  const encoder = newFileEncoder(schema)
  try {
    for await (const batch of rows.batches) {
      signal?.throwIfAborted()
      let from = 0
      while (from < batch.rows) {
        const count = fittingRows(group, batch, from, rowGroupRows, groupBytes)
        if (count > 0) {
          appendRows(group, schema, batch, from, from + count)
          from += count
          continue
        }
        if (wantsWorker) worker ??= startWorker(schema)
        if (!worker) {
          yield encoder.encode(group)
          clearGroup(group)
        } else {
          pending.push(worker.encode(group))
          if (pending.length === 1) group = newGroup(schema)
          else {
            const done = await pending.shift()!
            group = clearGroup(done.group)
            yield done.bytes
          }
        }
      }
    }
    if (!worker) {
      if (group.rows > 0) yield encoder.encode(group)
      yield encoder.finish()
      return
    }
    pending.push(worker.encode(group))
    for (const encoded of pending) yield (await encoded).bytes
    yield await worker.finish()
  } finally {
    await worker?.close()
  }
}
