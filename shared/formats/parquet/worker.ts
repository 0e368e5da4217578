/** The entry of the encoding thread. A build needs it as an entry point of its own, named `parquet-worker`. */
import { parentPort, workerData } from 'node:worker_threads'
import type { Schema } from '../../domain/batch.ts'
import { newFileEncoder } from './encoder.ts'
import { buffersOf, type Group } from './group.ts'

/** A group to encode, or nothing to finish the file. */
export interface Request {
  readonly group?: Group
}

export interface Reply {
  readonly bytes: Uint8Array
  readonly group?: Group
}

const encoder = newFileEncoder(workerData as Schema)

parentPort!.on('message', ({ group }: Request) => {
  const bytes = group ? encoder.encode(group) : encoder.finish()
  const reply: Reply = group ? { bytes, group } : { bytes }
  parentPort!.postMessage(reply, [bytes.buffer as ArrayBuffer, ...(group ? buffersOf(group) : [])])
})
