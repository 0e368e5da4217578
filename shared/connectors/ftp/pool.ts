import { throwIfEnded } from '../files/ended.ts'
import { type At, ask, dial, login, type Session, secure } from './session.ts'

/** Sessions of one connection: FTP does one thing at a time, so each call has one to itself. */
export interface Pool {
  /** A session for one use; it is used again where that goes well. */
  use<T>(run: (session: Session) => Promise<T>): Promise<T>
  /** A session that the caller gives back, or ends by closing its client. */
  take(): Promise<Session>
  giveBack(session: Session): void
  close(): void
}

/** Opens sessions when they are needed and not before. Aborting the signal ends them all. */
export function newPool(at: At): Pool {
  const idle: Session[] = []
  const open = new Set<Session>()
  let closed = false
  const close = () => {
    closed = true
    for (const { client } of open) client.close()
    open.clear()
    at.signal.removeEventListener('abort', close)
  }
  at.signal.addEventListener('abort', close, { once: true })
  const take = async () => {
    throwIfEnded(at.signal)
    for (let session = idle.pop(); session; session = idle.pop()) if (!session.client.closed) return session
    const session = await openSession(at)
    open.add(session)
    if (closed) close()
    return session
  }
  const giveBack = (session: Session) => {
    if (session.client.closed) open.delete(session)
    else idle.push(session)
  }
  return {
    take,
    giveBack,
    close,
    async use(run) {
      const session = await take()
      try {
        return await ask(session.client, at, () => run(session))
      } finally {
        giveBack(session)
      }
    },
  }
}

/** Connected, secured as configured and logged in. */
async function openSession(at: At): Promise<Session> {
  const client = await dial(at)
  try {
    await secure(client, at)
    return await login(client, at)
  } catch (thrown) {
    client.close()
    throw thrown
  }
}
