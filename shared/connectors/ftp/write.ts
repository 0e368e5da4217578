import { Readable } from 'node:stream'
import { Fault, isFault } from '../../domain/faults.ts'
import type { FileWriter } from '../../domain/writer.ts'
import { besideOf, fileTaken, noFolder } from '../files/beside.ts'
import { throwIfEnded } from '../files/ended.ts'
import { ftpObjects } from './objects.ts'
import { newPool } from './pool.ts'
import { replyOf, toFault } from './refusals.ts'
import type { At, Session } from './session.ts'

const cleanUpMs = 10_000

/** Puts files by a hidden one beside, and a rename, which servers do in one step. None fails where there is a file. */
export async function openFtpWriter(at: At): Promise<FileWriter> {
  const { signal } = at
  const pool = newPool(at)
  const objects = ftpObjects(pool, signal)
  const isThere = (key: string) =>
    objects.describe(key).then(
      () => true,
      (thrown) => {
        if (isFault(thrown, 'not-found')) return false
        throw thrown
      },
    )
  return {
    to: 'files',
    async put(key, bytes, { ifAbsent, ready }) {
      const { parts, beside } = besideOf(key)
      if (ifAbsent && (await isThere(key))) throw fileTaken(key)
      const session = await pool.take()
      let isSent = false
      try {
        const from = pathOf(session, beside)
        const size = await send(session, from, bytes)
        isSent = true
        const kept = await session.client.size(from).catch(() => size)
        if (kept !== size) throw cutShort()
        await ready()
        // as near to the rename as can be
        if (ifAbsent && (await isThere(key))) throw fileTaken(key)
        await session.client.rename(from, pathOf(session, parts))
      } catch (thrown) {
        // A transfer cannot be stopped in its middle: its session is over.
        session.client.close()
        await removeBeside(at, beside)
        if (thrown instanceof Fault) throw thrown
        throwIfEnded(signal)
        throw !isSent && /^55[03]$/.test(replyOf(thrown) ?? '') ? noFolder(key, toFault(thrown)) : toWriteFault(thrown)
      } finally {
        pool.giveBack(session)
      }
    },
    close: async () => pool.close(),
  }
}

/** Stores the bytes: how many they were. What their maker throws is thrown. */
async function send({ client }: Session, path: string, bytes: AsyncIterable<Uint8Array>): Promise<number> {
  let size = 0
  let failure: unknown
  const copied = async function* () {
    try {
      for await (const chunk of bytes) {
        size += chunk.length
        yield Buffer.from(chunk)
      }
    } catch (thrown) {
      failure = thrown
      throw thrown
    }
  }
  try {
    await client.uploadFrom(Readable.from(copied(), { objectMode: false }), path)
  } catch (thrown) {
    throw failure ?? thrown
  }
  return size
}

/** By a session of its own: the other is over. */
async function removeBeside(at: At, beside: readonly string[]): Promise<void> {
  const pool = newPool({ ...at, signal: AbortSignal.timeout(cleanUpMs) })
  // what this fails to remove is hidden, and nobody reads it
  await pool.use((session) => session.client.remove(pathOf(session, beside), true)).catch(() => {})
  pool.close()
}

/** A line end would begin another command. */
function pathOf({ root }: Session, parts: readonly string[]): string {
  const path = `${root}/${parts.join('/')}`
  if (/[\r\n]/.test(path)) throw new Fault('invalid-request', 'A name with a line end cannot be told by FTP.')
  return path
}

function toWriteFault(thrown: unknown): unknown {
  if (!/^55[0-9]$/.test(replyOf(thrown) ?? '')) return toFault(thrown)
  return new Fault('source-refused', 'The server does not let this login write that.', {
    hint: 'Have the login granted the right to make, rename and delete files in the folder.',
    cause: toFault(thrown),
  })
}

const cutShort = (): Fault =>
  new Fault('source-failed', 'The server has kept fewer bytes than were sent.', {
    hint: 'Is its disk full? Try again.',
  })
