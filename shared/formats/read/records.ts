import { Fault } from '../../domain/faults.ts'

/** Records in a buffer: record i is `buffer[ends[i - 1] .. ends[i])` with its line end; the first begins at `start`. */
export interface Records {
  readonly buffer: Buffer
  readonly start: number
  readonly ends: readonly number[]
}

/** A record may hold a cell of 64 MB and what lies around it. */
const longestRecord = 256 * 1024 * 1024
const lineFeed = 10
const quote = 34

/**
 * Cuts bytes into records at line feeds; `isQuoted`: not at those between quotes. What is handed over is the reader's
 * until it asks for more. The last record may have no line end. Fault: too-large.
 */
export async function* cutRecords(chunks: AsyncIterable<Uint8Array>, isQuoted: boolean): AsyncGenerator<Records> {
  let buffer = Buffer.alloc(64 * 1024)
  let start = 0
  let end = 0
  let isInside = false
  for await (const chunk of chunks) {
    if (end + chunk.length > buffer.length) {
      const kept = end - start
      if (kept > longestRecord) throw tooLong()
      const room = Math.max(64 * 1024, (kept + chunk.length) * 2)
      // Moved within the buffer where it is roomy enough, so that one buffer serves a whole file.
      const target = room <= buffer.length ? buffer : Buffer.alloc(room)
      buffer.copy(target, 0, start, end)
      buffer = target
      start = 0
      end = kept
    }
    buffer.set(chunk, end)
    const ends: number[] = []
    const filled = end + chunk.length
    if (isQuoted) {
      for (let at = end; at < filled; at++) {
        const byte = buffer[at]
        if (byte === quote) isInside = !isInside
        else if (byte === lineFeed && !isInside) ends.push(at + 1)
      }
    } else {
      const written = buffer.subarray(0, filled)
      for (let at = written.indexOf(lineFeed, end); at >= 0; at = written.indexOf(lineFeed, at + 1)) ends.push(at + 1)
    }
    end = filled
    if (ends.length === 0) continue
    yield { buffer, start, ends }
    start = ends.at(-1)!
  }
  if (end > start) yield { buffer, start, ends: [end] }
}

const tooLong = (): Fault =>
  new Fault('too-large', 'A record of the file is longer than 256 MB.', {
    hint: 'Look whether a quote is left open, or whether the file has another format.',
  })
