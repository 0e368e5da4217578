/** Finds the frames of a zstd stream (RFC 8878, section 3): Node's decoder stops after the first and drops the rest. */
import { Fault } from '../../../domain/faults.ts'

/** A chunk of a frame; `ends` on its last one. */
export interface FramePiece {
  readonly bytes: Uint8Array
  readonly ends: boolean
}

const frameMagic = 0xfd2fb528
const skippableMagic = 0x184d2a50

/** What is next: so many bytes to pass on, then what follows them; or a header to be read from so many bytes. */
type State =
  | { readonly is: 'magic' | 'descriptor' | 'skippable' | 'block'; readonly needs: number }
  | { readonly is: 'pass'; left: number; readonly next: State }
  | { readonly is: 'end' }

/** The bytes of the frames, in pieces that end where a frame does. Fault source-failed where it is no zstd. */
export async function* cutFrames(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<FramePiece> {
  let rest: Buffer = Buffer.alloc(0)
  let state: State = { is: 'magic', needs: 4 }
  let hasChecksum = false
  for await (const chunk of chunks) {
    rest = rest.length === 0 ? Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length) : Buffer.concat([rest, chunk])
    let at = 0
    for (;;) {
      if (state.is === 'end') {
        yield { bytes: rest.subarray(0, at), ends: true }
        rest = rest.subarray(at)
        at = 0
        state = { is: 'magic', needs: 4 }
      } else if (state.is === 'pass') {
        const passed = Math.min(state.left, rest.length - at)
        at += passed
        state.left -= passed
        if (state.left > 0) break
        state = state.next
      } else {
        if (rest.length - at < state.needs) break
        const header: { next: State; hasChecksum: boolean } = read(state.is, rest, at, hasChecksum)
        hasChecksum = header.hasChecksum
        at += state.needs
        state = header.next
      }
    }
    if (at > 0) yield { bytes: rest.subarray(0, at), ends: false }
    rest = rest.subarray(at)
  }
  if (rest.length > 0 || state.is !== 'magic') throw broken()
}

function read(is: State['is'], bytes: Buffer, at: number, hasChecksum: boolean): { next: State; hasChecksum: boolean } {
  switch (is) {
    case 'magic': {
      const magic = bytes.readUInt32LE(at)
      if (magic === frameMagic) return { next: { is: 'descriptor', needs: 1 }, hasChecksum }
      if (magic - (magic % 16) === skippableMagic) return { next: { is: 'skippable', needs: 4 }, hasChecksum }
      throw broken()
    }
    case 'skippable':
      return { next: { is: 'pass', left: bytes.readUInt32LE(at), next: { is: 'end' } }, hasChecksum }
    case 'descriptor': {
      const descriptor = bytes[at]!
      const isSingle = (descriptor & 32) !== 0
      const sizeBytes = [isSingle ? 1 : 0, 2, 4, 8][descriptor >> 6]!
      const dictionaryBytes = [0, 1, 2, 4][descriptor & 3]!
      const left = (isSingle ? 0 : 1) + dictionaryBytes + sizeBytes
      return { next: { is: 'pass', left, next: block }, hasChecksum: (descriptor & 4) !== 0 }
    }
    default: {
      const header = bytes.readUIntLE(at, 3)
      const isLast = (header & 1) === 1
      const isRepeated = ((header >> 1) & 3) === 1
      const left = (isRepeated ? 1 : header >> 3) + (isLast && hasChecksum ? 4 : 0)
      return { next: { is: 'pass', left, next: isLast ? { is: 'end' } : block }, hasChecksum }
    }
  }
}

const block: State = { is: 'block', needs: 3 }

const broken = (): Fault => new Fault('source-failed', 'The zstd file is damaged or cut off.')
