import type { Socket } from 'node:net'
import { Fault } from '../../domain/faults.ts'

const highWaterBytes = 1 << 20

export interface Chunks {
  next(): Promise<Buffer>
  /** The chunk that waits to be taken; undefined where none has come yet. */
  peek(): Buffer | undefined
  /** Gives back the memory under what was read to its end: the collector would let some 60 MB of it pile up first. */
  free(read: Buffer): void
}

/** The chunks of a socket, paused while more than a mebibyte of them waits. */
export function queueOf(socket: Socket): Chunks {
  const chunks: Buffer[] = []
  /** Memory that one chunk alone lies in. */
  const own = new WeakSet<ArrayBufferLike>()
  let waiting = 0
  let ended: unknown
  let wake: { resolve(chunk: Buffer): void; reject(error: unknown): void } | undefined
  socket.on('data', (chunk: Buffer) => {
    if (chunk.length === chunk.buffer.byteLength) own.add(chunk.buffer)
    if (wake) {
      const { resolve } = wake
      wake = undefined
      resolve(chunk)
      return
    }
    chunks.push(chunk)
    waiting += chunk.length
    if (waiting > highWaterBytes) socket.pause()
  })
  const end = (error: unknown) => {
    ended ??= error
    wake?.reject(ended)
    wake = undefined
  }
  socket.on('error', end)
  socket.on('close', () => end(new Fault('source-unreachable', 'The server ended the connection.')))
  socket.resume()
  return {
    async next() {
      const chunk = chunks.shift()
      if (chunk === undefined) {
        if (ended !== undefined) throw ended
        return await new Promise<Buffer>((resolve, reject) => {
          wake = { resolve, reject }
        })
      }
      waiting -= chunk.length
      if (chunks.length === 0 && socket.isPaused()) socket.resume()
      return chunk
    },
    peek: () => chunks[0],
    free({ buffer }) {
      if (own.delete(buffer)) (buffer as ArrayBuffer).transfer(0)
    },
  }
}
