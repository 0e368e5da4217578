/** The sessions of one connection, each ended by whoever opened it or, at the latest, with the connection. */
export interface TrackedSessions<Session, Args extends readonly unknown[]> {
  /** Throws where the connection is closed. */
  open(...args: Args): Promise<Session>
  close(): Promise<void>
}

export function trackSessions<Session extends { close(): Promise<void> }, Args extends readonly unknown[]>(
  open: (...args: Args) => Promise<Session>,
): TrackedSessions<Session, Args> {
  const sessions = new Set<Session>()
  let isClosed = false
  return {
    async open(...args) {
      if (isClosed) throw new TypeError('The connection is closed.')
      const session = await open(...args)
      sessions.add(session)
      return {
        ...session,
        async close() {
          sessions.delete(session)
          await session.close()
        },
      }
    },
    async close() {
      isClosed = true
      await Promise.all([...sessions].map((session) => session.close()))
      sessions.clear()
    },
  }
}
