import type { Socket } from 'node:net'
import { Fault } from '../../domain/faults.ts'

const highWaterBytes = 1 << 20

/** The chunks of a socket, paused while more than a mebibyte of them waits. */
export function queueOf(socket: Socket): { next(): Promise<Buffer> } {
  const chunks: Buffer[] = []
  let waiting = 0
  let ended: unknown
  let wake: { resolve(chunk: Buffer): void; reject(error: unknown): void } | undefined
  socket.on('data', (chunk: Buffer) => {
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
  }
}
