import type { Socket } from 'node:net'
import type * as Library from 'mysql2'
import type { Secret } from '../../domain/secret.ts'
import type { Credential } from '../sql/config.ts'
import type { Config } from './config.ts'
import type { Secured } from './tls.ts'

/** The driver, loaded when a connector is opened and not before. */
export const loadDriver = async (): Promise<typeof Library> => {
  const library = await import('mysql2')
  return (library as unknown as { default?: typeof Library }).default ?? library
}

const loginTimeoutMs = 15_000

/**
 * What is agreed with the server, of the driver's words. Files of this machine, several statements in one text,
 * several results of one statement and attributes of queries are not.
 */
const agreed = {
  LONG_PASSWORD: 0x1,
  LONG_FLAG: 0x4,
  CONNECT_WITH_DB: 0x8,
  PROTOCOL_41: 0x200,
  SSL: 0x800,
  TRANSACTIONS: 0x2000,
  SECURE_CONNECTION: 0x8000,
  PLUGIN_AUTH: 0x8_0000,
  CONNECT_ATTRS: 0x10_0000,
  PLUGIN_AUTH_LENENC_CLIENT_DATA: 0x20_0000,
} as const
/** Those that the driver would agree to by itself. */
const declined = [
  'LOCAL_FILES',
  'MULTI_RESULTS',
  'CLIENT_QUERY_ATTRIBUTES',
  'SESSION_TRACK',
  'FOUND_ROWS',
  'IGNORE_SPACE',
  'IGNORE_SIGPIPE',
  'ODBC',
  'RESERVED',
]

/** As the bits of the protocol. */
export const capabilities = (isEncrypted: boolean): number =>
  Object.entries(agreed).reduce((bits, [name, bit]) => (name !== 'SSL' || isEncrypted ? bits | bit : bits), 0)

/**
 * Logs in on a greeted socket and leaves it free: the driver does the authentication by whatever method the server
 * asks for, and lets go of the socket. The number of the session at the server. Throws what the driver throws.
 */
export async function login(
  driver: typeof Library,
  { socket, greeting, isEncrypted }: Secured,
  config: Config,
  credential: Secret<Credential>,
): Promise<number> {
  const events = ['data', 'error', 'close', 'end', 'pause'] as const
  const before = new Map(events.map((event) => [event, socket.listeners(event)]))
  // The driver is to find the greeting still unread; after the request for TLS it has the next number.
  const unread = Buffer.from(greeting.packet)
  unread[3] = isEncrypted ? 1 : 0
  socket.unshift(unread)
  const connection = driver.createConnection({
    stream: socket,
    host: config.host,
    port: config.port,
    ...(config.database === undefined ? {} : { database: config.database }),
    user: config.user,
    password: credential.reveal().password,
    // The driver's word for a way on which nobody listens: some methods send the password as it is.
    ...(isEncrypted ? { socketPath: 'tls' } : {}),
    charset: 'UTF8MB4_GENERAL_CI',
    flags: [...declined.map((name) => `-${name}`), ...(isEncrypted ? ['SSL'] : [])],
    connectTimeout: loginTimeoutMs,
    connectAttributes: { program_name: 'headgate' },
  } as Library.ConnectionOptions)
  connection.sequenceId = isEncrypted ? 1 : 0
  socket.resume()
  try {
    await new Promise<void>((resolve, reject) => {
      connection.once('connect', resolve)
      connection.on('error', reject)
    })
    return connection.threadId
  } finally {
    release(socket, events, before)
    // Also for a timer of the driver's that it forgets.
    connection.on('error', () => {})
  }
}

function release(
  socket: Socket,
  events: readonly string[],
  before: ReadonlyMap<string, readonly (() => void)[] | readonly unknown[]>,
): void {
  for (const event of events)
    for (const listener of socket.listeners(event))
      if (!before.get(event)?.includes(listener as () => void)) socket.off(event, listener as () => void)
  socket.pause()
}
