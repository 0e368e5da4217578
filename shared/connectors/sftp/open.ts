import { throwIfEnded } from '../files/ended.ts'
import { fileExtraction } from '../files/extraction.ts'
import type { Connection } from '../kind.ts'
import { checkSftp } from './check.ts'
import type { Selection } from './config.ts'
import { sftpObjects } from './objects.ts'
import { type At, dial, login, type Session } from './session.ts'

/** A connection of the kind. The driver is ssh2, on a socket of the guarded door. */
export async function openSftp(at: At): Promise<Connection<'objects', Selection>> {
  const { open, close } = newSession(at)
  const objects = sftpObjects(open, at.signal)
  return { objects, check: () => checkSftp(at), ...fileExtraction(objects), close }
}

/** One session for all calls, opened by the first of them, and again where it was lost. */
function newSession(at: At): { open: () => Promise<Session>; close: () => Promise<void> } {
  let session: Promise<Session> | undefined
  let closed = false
  const end = () => {
    closed = true
    at.signal.removeEventListener('abort', end)
    session?.then(({ client }) => client.destroy()).catch(() => {})
  }
  const connect = async () => {
    const opened = await login(await dial(at), at)
    opened.client.once('close', () => {
      session = undefined
    })
    if (closed) opened.client.destroy()
    return opened
  }
  const open = () => {
    throwIfEnded(at.signal)
    session ??= connect().catch((thrown: unknown) => {
      session = undefined
      throw thrown
    })
    return session
  }
  at.signal.addEventListener('abort', end, { once: true })
  return { open, close: async () => end() }
}
