import { availableParallelism } from 'node:os'
import type { Rows } from '../../domain/batch.ts'
import type { EncodeOptions } from '../encode.ts'
import type { GroupEncoder, GroupFormat } from './encoder.ts'
import { appendRows, clearGroup, fittingRows, type Group, newGroup } from './group.ts'
import { startWorker, type WorkerEncoder } from './thread.ts'

export interface Grouping {
  readonly format: GroupFormat
  /** A group is closed at so many rows, and at so many bytes before encoding. */
  readonly rows: number
  readonly bytes: number
  /** The encoder of this thread; asked for where no other thread encodes. */
  readonly here: () => GroupEncoder
}

/** Whether a second thread would have a core of its own. */
export const hasSecondCore = (): boolean => availableParallelism() > 1

/**
 * The bytes of a file, a group of rows at a time; two groups are held at most. From the second group on, a second thread
 * encodes, where there is a second core: reading and encoding then take their time side by side.
 */
export async function* writeGroups(
  { schema, batches }: Rows,
  grouping: Grouping,
  { signal, worker: wantsWorker = hasSecondCore() }: EncodeOptions,
): AsyncGenerator<Uint8Array> {
  const { format, here } = grouping
  let group = newGroup(schema)
  let worker: WorkerEncoder | undefined
  let encoder: GroupEncoder | undefined
  const pending: Promise<{ bytes: Uint8Array; group: Group }>[] = []
  try {
    for await (const batch of batches) {
      signal?.throwIfAborted()
      let from = 0
      while (from < batch.rows) {
        const count = fittingRows(group, batch, from, grouping.rows, grouping.bytes)
        if (count > 0) {
          appendRows(group, schema, batch, from, from + count)
          from += count
          continue
        }
        if (wantsWorker && !encoder) worker ??= startWorker({ format, schema })
        if (!worker) {
          encoder ??= here()
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
      encoder ??= here()
      if (group.rows > 0) yield encoder.encode(group)
      yield* some(encoder.finish())
      return
    }
    pending.push(worker.encode(group))
    for (const encoded of pending) yield (await encoded).bytes
    yield* some(await worker.finish())
  } finally {
    await worker?.close()
  }
}

/** The bytes, where there are any. */
const some = (bytes: Uint8Array): readonly Uint8Array[] => (bytes.length > 0 ? [bytes] : [])
