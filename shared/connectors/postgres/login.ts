import type { Socket } from 'node:net'
import type * as Library from 'postgres'
import type { Secret } from '../../domain/secret.ts'
import type { Credential } from '../sql/config.ts'
import type { Config } from './config.ts'
import { guardMessages } from './guard-messages.ts'
import { offProtocol } from './refusals.ts'

/** What names a session to the server when it is to be cancelled. */
export interface BackendKey {
  readonly pid: number
  readonly secret: number
}

/** The driver, loaded when a connector is opened and not before. */
export const loadDriver = async (): Promise<typeof Library.default> => (await import('postgres')).default

const loginTimeoutS = 15

/**
 * Logs in on a connected socket and leaves it free: the driver does the start-up and the authentication, and lets go
 * of the socket once the session is ready and has run its first statement. Throws what the driver throws.
 */
export async function login(
  driver: typeof Library.default,
  socket: Socket,
  config: Config,
  credential: Secret<Credential>,
  first: string,
): Promise<BackendKey> {
  const events = ['data', 'error', 'close', 'drain'] as const
  const before = new Map(events.map((event) => [event, socket.listeners(event)]))
  const guard = guardMessages(socket)
  let handed = false
  const sql = driver({
    host: config.host,
    port: config.port,
    database: config.database,
    user: config.user,
    // A function, so that the driver's options hold no password (nor take one from the environment).
    password: () => credential.reveal().password,
    socket: async () => {
      // Another dial would be a retry after the server hung up: nothing to wait for.
      if (handed || socket.destroyed)
        throw Object.assign(new Error('The server ended the connection during the login.'), { code: '08006' })
      handed = true
      // It may have been paused after an earlier answer; nothing comes before the server is spoken to.
      return socket.resume()
    },
    ssl: false,
    max: 1,
    connect_timeout: loginTimeoutS,
    idle_timeout: 0,
    max_lifetime: null,
    fetch_types: false,
    onnotice: () => {},
    target_session_attrs: undefined,
    connection: { application_name: 'headgate' },
  } as Library.Options<Record<string, never>> & { socket: () => Promise<Socket> })
  try {
    const result = await sql.unsafe(first, [], { simple: false } as Library.UnsafeQueryOptions)
    return result.state as BackendKey
  } catch (thrown) {
    // The driver takes the server at its word, and trips over answers that nothing was asked for.
    throw guard.isOff() || thrown instanceof TypeError || thrown instanceof RangeError ? offProtocol(thrown) : thrown
  } finally {
    guard.stop()
    for (const event of events)
      for (const listener of socket.listeners(event))
        if (!before.get(event)?.includes(listener)) socket.off(event, listener as () => void)
    socket.pause()
  }
}
