/** Bytes being written: `buffer[0 .. at)` is filled. Writers reserve first and then write without a check. */
export interface Bytes {
  buffer: Uint8Array
  /** The same bytes. */
  view: DataView
  at: number
}

/** Chunks are handed on from this size, so that what follows (a compressor, a socket) is called seldom. */
export const chunkBytes = 128 * 1024

/** A chunk and the row that made it full. */
const firstBytes = chunkBytes + chunkBytes / 4

/** An empty buffer that grows as needed. */
export function newBytes(capacity = 4096): Bytes {
  const buffer = new Uint8Array(capacity)
  return { buffer, view: new DataView(buffer.buffer), at: 0 }
}

function useBuffer(out: Bytes, buffer: Uint8Array<ArrayBuffer>): void {
  out.buffer = buffer
  out.view = new DataView(buffer.buffer)
}

/** Makes room for `count` more bytes. */
export function reserve(out: Bytes, count: number): void {
  const needed = out.at + count
  if (needed <= out.buffer.length) return
  const grown = new Uint8Array(Math.max(needed, out.buffer.length * 2, out.buffer.length === 0 ? firstBytes : 0))
  grown.set(out.buffer.subarray(0, out.at))
  useBuffer(out, grown)
}

/** What is filled, handed over: the writer goes on in a new buffer, made when it writes. */
export function takeBytes(out: Bytes): Uint8Array {
  const taken = out.buffer.subarray(0, out.at)
  useBuffer(out, new Uint8Array(0))
  out.at = 0
  return taken
}

/** Copies `data[from .. to)`. */
export function writeBytes(out: Bytes, data: Uint8Array, from = 0, to = data.length): void {
  reserve(out, to - from)
  const { buffer } = out
  let at = out.at
  if (to - from > 48) {
    buffer.set(data.subarray(from, to), at)
    at += to - from
  } else for (let i = from; i < to; i++) buffer[at++] = data[i]!
  out.at = at
}

/** Writes text that holds only ASCII. */
export function writeAscii(out: Bytes, text: string): void {
  reserve(out, text.length)
  for (let i = 0; i < text.length; i++) out.buffer[out.at++] = text.charCodeAt(i)
}

/** A text that is written again and again. */
export interface Literal {
  readonly length: number
  /** Its bytes, four a word, little-endian; the last word is filled up with zeros. */
  readonly words: Int32Array
}

/** The UTF-8 of a text, to be written by `writeLiteral`. */
export function literal(text: string): Literal {
  const bytes = new TextEncoder().encode(text)
  const padded = new Uint8Array(Math.ceil(bytes.length / 4) * 4)
  padded.set(bytes)
  const view = new DataView(padded.buffer)
  return {
    length: bytes.length,
    words: Int32Array.from({ length: padded.length / 4 }, (_, i) => view.getInt32(4 * i, true)),
  }
}

/** Writes four bytes at a time: a loop over single ones is what text formats spend most of their time in. */
export function writeLiteral(out: Bytes, { length, words }: Literal): void {
  reserve(out, length + 3)
  const { view, at } = out
  for (let i = 0; i < words.length; i++) view.setInt32(at + 4 * i, words[i]!, true)
  out.at = at + length
}
