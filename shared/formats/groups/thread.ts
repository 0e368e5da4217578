/** The other end of `worker.ts`: row groups go over, bytes and the groups' buffers come back. */
import { existsSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import { buffersOf, type Group } from './group.ts'
import type { Reply, Request } from './worker.ts'

export interface WorkerEncoder {
  /** Encodes a group after those given before. Its buffers move to the worker and come back with the bytes. */
  encode(group: Group): Promise<{ bytes: Uint8Array; group: Group }>
  finish(): Promise<Uint8Array>
  /** Ends the thread, whatever it is doing. */
  close(): Promise<void>
}

/** A thread that has finished its file waits here for the next one: each new one would cost time, and memory for good. */
let idle: Worker | undefined
let busy = 0
/** This thread has a core, and each of these one of its own: one more would take turns with them, and memory. */
const mostThreads = Math.max(1, availableParallelism() - 1)

/** A thread for one file; undefined where it would have no core of its own, or its code was not deployed beside this one. */
export function startWorker(file: NonNullable<Request['file']>): WorkerEncoder | undefined {
  const worker = busy < mostThreads ? (idle ?? newWorker()) : undefined
  if (!worker) return undefined
  busy++
  idle = undefined
  worker.ref()
  const waiting: { resolve(reply: Reply): void; reject(cause: unknown): void }[] = []
  let failure: unknown
  let isFinished = false
  const fail = (cause: unknown): void => {
    failure ??= cause
    for (const { reject } of waiting.splice(0)) reject(failure)
  }
  const take = (reply: Reply): void => waiting.shift()?.resolve(reply)
  const exit = (): void => fail(new Error('The encoding thread ended early'))
  worker.on('message', take).on('error', fail).on('exit', exit)
  worker.postMessage({ file } satisfies Request)

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
    async finish() {
      const { bytes } = await ask({}, [])
      isFinished = true
      return bytes
    },
    async close() {
      worker.off('message', take).off('error', fail).off('exit', exit)
      busy--
      if (!isFinished || failure !== undefined || idle) {
        await worker.terminate()
        return
      }
      worker.unref()
      idle = worker
    },
  }
}

function newWorker(): Worker | undefined {
  const file = workerFile()
  if (!file) return undefined
  const worker = new Worker(file, { resourceLimits: { maxYoungGenerationSizeMb: 8 } })
  // For as long as it lives: one that dies while it waits is not used again.
  worker.on('error', () => {})
  worker.on('exit', () => {
    if (idle === worker) idle = undefined
  })
  return worker
}

/** Run as source the thread's file is `worker.ts`; built, it is `encoding-worker` beside the chunk, or a folder up. */
function workerFile(): URL | undefined {
  const extension = /\.[a-z]+$/.exec(new URL(import.meta.url).pathname)?.[0]
  if (extension === '.ts') return new URL('./worker.ts', import.meta.url)
  const places = ['.', '..'].map((folder) => new URL(`${folder}/encoding-worker${extension}`, import.meta.url))
  return places.find((place) => existsSync(place))
}
