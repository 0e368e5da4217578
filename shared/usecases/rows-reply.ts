import type { Call, Stream } from '../api/operation.ts'
import type { Rows } from '../domain/batch.ts'
import { chooseFormat } from '../formats/choose.ts'
import { contentTypes, encode, type WireFormat } from '../formats/encode.ts'
import { withEnd } from './with-end.ts'

/** Rows of a JSON reply where no limit is given. */
const jsonRows = 100

/** The format that a request asks for by `?format=` or `Accept`, and how many rows it then wants. */
export function replyShape(
  format: string | undefined,
  limit: number | undefined,
  call: Pick<Call, 'accept'>,
): { format: WireFormat; limit: number | undefined } {
  const chosen = chooseFormat(format, call.accept, 'json')
  return { format: chosen, limit: limit ?? (chosen === 'json' ? jsonRows : undefined) }
}

/** Rows as a streamed reply. `done` is called once, however the stream ends. */
export function rowsReply(
  rows: Rows,
  format: WireFormat,
  { next, done }: { next?: () => string | null; done: () => Promise<void> },
): Stream {
  const chunks = encode(format, rows, next ? { next } : {})
  return {
    headers: { 'content-type': contentTypes[format], vary: 'accept' },
    stream: withEnd(chunks, done),
  }
}
