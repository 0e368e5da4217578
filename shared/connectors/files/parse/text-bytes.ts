import { Fault } from '../../../domain/faults.ts'

/** Bytes of UTF-8 text without its byte order mark, after so many lines. Fault source-failed for UTF-16. */
export async function* textBytes(chunks: AsyncIterable<Uint8Array>, skip = 0): AsyncGenerator<Uint8Array> {
  let head: Buffer | undefined = Buffer.alloc(0)
  let lines = skip
  for await (const chunk of chunks) {
    let bytes: Buffer = head ? Buffer.concat([head, chunk]) : Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length)
    if (head) {
      if (bytes.length < 3) {
        head = bytes
        continue
      }
      head = undefined
      bytes = withoutMark(bytes)
    }
    for (; lines > 0 && bytes.length > 0; lines--) {
      const end = bytes.indexOf(10)
      bytes = end < 0 ? bytes.subarray(bytes.length) : bytes.subarray(end + 1)
      if (end < 0) break
    }
    if (bytes.length > 0) yield bytes
  }
  if (head && head.length > 0 && lines === 0) yield withoutMark(head)
}

function withoutMark(bytes: Buffer): Buffer {
  const isUtf16 = (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff)
  if (isUtf16)
    throw new Fault('source-failed', 'The file is UTF-16, and UTF-8 alone is read here.', {
      hint: 'Have it saved as UTF-8.',
    })
  return bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? bytes.subarray(3) : bytes
}
