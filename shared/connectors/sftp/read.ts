import { Fault } from '../../domain/faults.ts'
import { type Done, request, type Session } from './session.ts'

/** What every server takes in one request, and how many are on their way at once: 4 MB. */
const requestBytes = 32 * 1024
const mostRequests = 128

/** The bytes from `begin` to `end`, in order, with many requests on their way: one at a time waits for the network. */
export async function* readRange(
  { client, sftp }: Session,
  signal: AbortSignal,
  path: string,
  [begin, end]: readonly [begin: number, end: number],
): AsyncGenerator<Uint8Array> {
  if (begin >= end) return
  const handle = await request(client, signal, (done: Done<Buffer>) => sftp.open(path, 'r', done))
  // What is not waited for in the end is let go: its failure was handled where it was asked for.
  const waiting: Promise<Buffer>[] = []
  try {
    let next = begin
    // A file that is read to its end is asked for slowly at first: most are short.
    for (let window = 8; next < end || waiting.length > 0; window = Math.min(window + 1, mostRequests)) {
      while (next < end && waiting.length < window) {
        const bytes = Math.min(requestBytes, end - next)
        const piece = readPiece({ client, sftp }, signal, handle, next, bytes)
        piece.catch(() => {})
        waiting.push(piece)
        next += bytes
      }
      yield await waiting.shift()!
    }
  } finally {
    sftp.close(handle, () => {})
  }
}

/** Exactly so many bytes: a server may answer with fewer, and is then asked for the rest. */
async function readPiece(
  { client, sftp }: Pick<Session, 'client' | 'sftp'>,
  signal: AbortSignal,
  handle: Buffer,
  position: number,
  bytes: number,
): Promise<Buffer> {
  const buffer = Buffer.allocUnsafeSlow(bytes)
  for (let at = 0; at < bytes; ) {
    const count = await request(client, signal, (done: Done<number>) =>
      sftp.read(handle, buffer, at, bytes - at, position + at, (error, count) =>
        (error as { code?: unknown } | undefined)?.code === 1 ? done(undefined, 0) : done(error, count),
      ),
    )
    if (!(count > 0)) throw cutShort()
    at += count
  }
  return buffer
}

const cutShort = (): Fault =>
  new Fault('source-changed', 'The file ended before its end.', {
    hint: 'Somebody may have changed it: read it again.',
  })
