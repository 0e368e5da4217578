/** The entry of the encoding thread. A build needs it as an entry point of its own, named `encoding-worker`. */
import { parentPort } from 'node:worker_threads'
import type { Schema } from '../../domain/batch.ts'
import { type GroupEncoder, type GroupFormat, newEncoder } from './encoder.ts'
import { buffersOf, type Group } from './group.ts'

/** The format and columns of a new file, a group to encode, or nothing to finish the file. */
export interface Request {
  readonly file?: { readonly format: GroupFormat; readonly schema: Schema }
  readonly group?: Group
}

export interface Reply {
  readonly bytes: Uint8Array
  readonly group?: Group
}

let encoder: GroupEncoder

parentPort!.on('message', ({ file, group }: Request) => {
  if (file) {
    encoder = newEncoder(file.format, file.schema)
    return
  }
  const bytes = group ? encoder.encode(group) : encoder.finish()
  const reply: Reply = group ? { bytes, group } : { bytes }
  parentPort!.postMessage(reply, [bytes.buffer as ArrayBuffer, ...(group ? buffersOf(group) : [])])
})
