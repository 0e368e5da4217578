/** The other end of `worker.ts`: row groups go over, bytes and the groups' buffers come back. */
import { existsSync } from 'node:fs'
import { Worker } from 'node:worker_threads'
import type { Schema } from '../../domain/batch.ts'
import { buffersOf, type Group } from './group.ts'
import type { Reply, Request } from './worker.ts'

export interface WorkerEncoder {
  /** Encodes a group after those given before. Its buffers move to the worker and come back with the bytes. */
  encode(group: Group): Promise<{ bytes: Uint8Array; group: Group }>
  finish(): Promise<Uint8Array>
  /** Ends the thread, whatever it is doing. */
  close(): Promise<void>
}

/** Starts the thread; undefined where its file was not deployed beside this one. */
export function startWorker(schema: Schema): WorkerEncoder | undefined {
  const file = workerFile()
  if (!file) return undefined
  const worker = new Worker(file, { workerData: schema, resourceLimits: { maxYoungGenerationSizeMb: 8 } })
  const waiting: { resolve(reply: Reply): void; reject(cause: unknown): void }[] = []
  let failure: unknown
  const fail = (cause: unknown): void => {
    failure ??= cause
    for (const { reject } of waiting.splice(0)) reject(failure)
  }
  worker.on('message', (reply: Reply) => waiting.shift()?.resolve(reply))
  worker.on('error', fail)
  worker.on('exit', () => fail(new Error('The encoding thread ended early')))

  const ask = (request: Request, transfer: ArrayBuffer[]): Promise<Reply> => {
    const { promise, resolve, reject } = Promise.withResolvers<Reply>()
    if (failure !== undefined) reject(failure)
    else {
      waiting.push({ resolve, reject })
      worker.postMessage(request, transfer)
    }
    return promise
  }
  return {
    encode(group) {
      const encoded = ask({ group }, buffersOf(group)).then(({ bytes, group }) => ({ bytes, group: group! }))
      // Who asked may have gone away before the answer: a rejection then is nobody's.
      encoded.catch(() => {})
      return encoded
    },
    finish: async () => (await ask({}, [])).bytes,
    async close() {
      await worker.terminate()
    },
  }
}

/** Run as source the thread's file is `worker.ts`; built, it is `parquet-worker` beside the chunk, or a folder up. */
function workerFile(): URL | undefined {
  const extension = /\.[a-z]+$/.exec(new URL(import.meta.url).pathname)?.[0]
  if (extension === '.ts') return new URL('./worker.ts', import.meta.url)
  const places = ['.', '..'].map((folder) => new URL(`${folder}/parquet-worker${extension}`, import.meta.url))
  return places.find((place) => existsSync(place))
}
