import { ConnectionFailed } from './errors.ts'

const schemaHeader = 1
const batchHeader = 3
/** What ends a stream of Arrow IPC: a message of no length. */
const end = Uint8Array.of(255, 255, 255, 255, 0, 0, 0, 0)

/** Cuts a stream of Arrow IPC into streams of one record batch each, so that a reader never holds more than one. */
export async function* splitArrow(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let schema = new Uint8Array()
  let held: Uint8Array[] = []
  let size = 0
  // Pieces are only joined once they hold what comes next: a batch is copied once, not with every piece of it.
  let needed = 8
  for await (const chunk of chunks) {
    held.push(chunk)
    size += chunk.byteLength
    while (size >= needed) {
      const whole = held.length === 1 ? held[0]! : concat(held)
      held = [whole]
      const found = message(whole)
      if (found.isEnd) return
      needed = found.bytes
      if (size < needed || found.header === undefined) continue
      const bytes = whole.slice(0, needed)
      held = [whole.subarray(needed)]
      size -= needed
      needed = 8
      if (found.header === schemaHeader) schema = bytes
      else if (found.header === batchHeader) yield concat([schema, bytes, end])
    }
  }
  throw new ConnectionFailed('The stream ended within a record batch.')
}

interface Message {
  /** The kind of message; undefined where too few bytes are there to tell. */
  readonly header?: number
  /** Its length with its body, or how many bytes tell it. */
  readonly bytes: number
  readonly isEnd?: boolean
}

function message(bytes: Uint8Array): Message {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const metadata = view.getInt32(4, true)
  if (metadata === 0) return { bytes: 8, isEnd: true }
  if (bytes.byteLength < 8 + metadata) return { bytes: 8 + metadata }
  // A flatbuffer: the table says where its list of fields is, and that where each field is, or 0.
  const table = 8 + view.getInt32(8, true)
  const fields = table - view.getInt32(table, true)
  const size = view.getUint16(fields, true)
  const field = (n: number) => (size > 4 + 2 * n ? view.getUint16(fields + 4 + 2 * n, true) : 0)
  const [header, body] = [field(1), field(3)]
  return {
    header: header ? view.getUint8(table + header) : 0,
    bytes: 8 + metadata + (body ? Number(view.getBigInt64(table + body, true)) : 0),
  }
}

export function concat(pieces: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(pieces.reduce((sum, { byteLength }) => sum + byteLength, 0))
  let at = 0
  for (const piece of pieces) {
    whole.set(piece, at)
    at += piece.byteLength
  }
  return whole
}
