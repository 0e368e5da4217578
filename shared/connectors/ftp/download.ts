import { PassThrough } from 'node:stream'
import { Fault } from '../../domain/faults.ts'
import { throwIfEnded } from '../files/ended.ts'
import type { Pool } from './pool.ts'
import { toFault } from './refusals.ts'
import type { Session } from './session.ts'

const bufferBytes = 256 * 1024

/**
 * The bytes of a file from `begin` to `end`, null for all that comes. A transfer cannot be stopped in its middle: the
 * session of one that is not read to its end is not used again. Ends early only with a fault.
 */
export async function* download(
  pool: Pool,
  signal: AbortSignal,
  path: (session: Session) => string,
  [begin, end]: readonly [begin: number, end: number | null],
): AsyncGenerator<Uint8Array> {
  if (begin === end) return
  const session = await pool.take()
  let left = end === null ? Number.POSITIVE_INFINITY : end - begin
  let whole = false
  const bytes = new PassThrough({ highWaterMark: bufferBytes })
  const transfer = session.client.downloadTo(bytes, path(session), begin).then(
    () => undefined,
    (error: Error) => {
      bytes.destroy(error)
      return error
    },
  )
  try {
    for await (const chunk of bytes as AsyncIterable<Buffer>) {
      const wanted = chunk.byteLength > left ? chunk.subarray(0, left) : chunk
      left -= wanted.byteLength
      if (wanted.byteLength > 0) yield wanted
      if (wanted !== chunk) break
    }
    if (bytes.readableEnded) {
      const error = await transfer
      if (error) throw error
      whole = true
      if (left > 0 && end !== null) throw cutShort()
    }
  } catch (thrown) {
    throwIfEnded(signal)
    throw toFault(thrown)
  } finally {
    if (!whole) session.client.close()
    pool.giveBack(session)
  }
}

const cutShort = (): Fault =>
  new Fault('source-changed', 'The file ended before its end.', {
    hint: 'Somebody may have changed it: read it again.',
  })
