import { Fault, isFault } from '../../domain/faults.ts'
import type { FileWriter } from '../../domain/writer.ts'
import { type Beside, besideOf, fileTaken, noFolder } from '../files/beside.ts'
import { throwIfEnded } from '../files/ended.ts'
import { statusOf, toFault } from './refusals.ts'
import { type At, type Done, dial, login, request, type Session } from './session.ts'

/** Every server takes so much in one request; so many are on their way at once. */
const pieceBytes = 32 * 1024
const piecesAtOnce = 32

const cleanUpMs = 10_000

/** Puts files by a hidden one beside, and a rename: those of OpenSSH replace in one step, or fail where there is a file. */
export async function openSftpWriter(at: At): Promise<FileWriter> {
  const { signal } = at
  const sessions = new Set<Session>()
  const open = async (at: At) => {
    const session = await login(await dial(at), at)
    sessions.add(session)
    return session
  }
  const end = () => {
    for (const { client } of sessions) client.destroy()
    sessions.clear()
  }
  signal.addEventListener('abort', end, { once: true })
  return {
    to: 'files',
    async put(key, bytes, { ifAbsent, ready }) {
      const places = besideOf(key)
      throwIfEnded(signal)
      const session = await open(at)
      const [path, beside] = [pathOf(session, places.parts), pathOf(session, places.beside)]
      const ask = <T>(run: (done: Done<T>) => unknown) => request(session.client, signal, run)
      const isThere = () => hasFile(session, signal, path)
      let isMade = false
      try {
        if (ifAbsent && (await isThere())) throw fileTaken(key)
        const handle = await ask<Buffer>((done) => session.sftp.open(beside, 'wx', done)).catch((thrown) => {
          throw statusOf(thrown) === 2 ? noFolder(key, thrown) : thrown
        })
        isMade = true
        await writeAll(session, signal, handle, bytes)
        await ask<void>((done) => session.sftp.close(handle, (error) => done(error ?? undefined, undefined)))
        if (ifAbsent && (await isThere())) throw fileTaken(key)
        await ready()
        const ended = (done: Done<void>) => (error: Error | undefined | null) => done(error ?? undefined, undefined)
        if (ifAbsent)
          await ask<void>((done) => session.sftp.rename(beside, path, ended(done))).catch(async (thrown) => {
            throw statusOf(thrown) !== undefined && (await isThere()) ? fileTaken(key, thrown) : thrown
          })
        else await ask<void>((done) => replacing(session, beside, path, ended(done)))
      } catch (thrown) {
        if (isMade) await removeBeside(at, places)
        if (isFault(thrown, 'conflict')) throw thrown
        throwIfEnded(signal)
        throw toWriteFault(thrown)
      }
    },
    async close() {
      signal.removeEventListener('abort', end)
      end()
    },
  }
}

/** Sends the bytes in requests that overlap. They are in packets when the library has taken them. */
async function writeAll(session: Session, signal: AbortSignal, handle: Buffer, bytes: AsyncIterable<Uint8Array>) {
  const { client, sftp } = session
  const sent = new Set<Promise<void>>()
  let failure: unknown
  let position = 0
  for await (const chunk of bytes) {
    for (let at = 0; at < chunk.length; at += pieceBytes) {
      if (failure !== undefined) throw failure
      const piece = Buffer.from(chunk.subarray(at, at + pieceBytes))
      const place = position
      position += piece.length
      const each: Promise<void> = request<void>(client, signal, (done) =>
        sftp.write(handle, piece, 0, piece.length, place, (error) => done(error ?? undefined, undefined)),
      )
        .catch((thrown: unknown) => {
          failure ??= thrown
        })
        .finally(() => sent.delete(each))
      sent.add(each)
      if (sent.size >= piecesAtOnce) await Promise.race(sent)
    }
  }
  await Promise.all(sent)
  if (failure !== undefined) throw failure
}

function replacing({ sftp }: Session, from: string, to: string, done: (error: Error | undefined | null) => void): void {
  try {
    sftp.ext_openssh_rename(from, to, done)
  } catch {
    // the library, of a server that has not said that it can
    done(
      new Fault('not-offered', 'The server cannot put a file in the place of another in one step.', {
        hint: 'It lacks posix-rename@openssh.com: use the mode `safe` or `timestamp`.',
      }),
    )
  }
}

/** By a session of its own: the other is often over because its signal has aborted. */
async function removeBeside(at: At, { beside }: Beside): Promise<void> {
  const signal = AbortSignal.timeout(cleanUpMs)
  try {
    const session = await login(await dial({ ...at, signal }), { ...at, signal })
    try {
      await request<void>(session.client, signal, (done) =>
        session.sftp.unlink(pathOf(session, beside), (error) => done(error ?? undefined, undefined)),
      )
    } finally {
      session.client.destroy()
    }
  } catch {
    // it is hidden, and nobody reads it
  }
}

async function hasFile({ client, sftp }: Session, signal: AbortSignal, path: string): Promise<boolean> {
  try {
    await request(client, signal, (done: Done<unknown>) => sftp.lstat(path, done))
    return true
  } catch (thrown) {
    if (statusOf(thrown) === 2) return false
    throw thrown
  }
}

const pathOf = ({ root }: Session, parts: readonly string[]): string => `${root}/${parts.join('/')}`

/** What is said of reading is said of writing here. */
function toWriteFault(thrown: unknown): unknown {
  if (statusOf(thrown) !== 3) return toFault(thrown)
  return new Fault('source-refused', 'The login may not write this.', {
    hint: 'Have the login granted the right to make, rename and delete files in the folder.',
    cause: toFault(thrown),
  })
}
