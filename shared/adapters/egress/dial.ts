import { promises as dns, type LookupAddress } from 'node:dns'
import { connect, type Socket } from 'node:net'
import type { Address } from '../../connectors/kind.ts'
import { Fault } from '../../domain/faults.ts'

/** Every address of a name, as the machine's resolver answers. */
export type Lookup = (name: string) => Promise<readonly LookupAddress[]>

/** A connected socket to exactly that address, or the system's error. Aborting ends the attempt. */
export type Dial = (address: Address, port: number, signal: AbortSignal) => Promise<Socket>

export const lookupAll: Lookup = (name) => dns.lookup(name, { all: true, order: 'verbatim' })

/** An IP address is given, so Node looks nothing up. */
export const dialTcp: Dial = ({ address, family }, port, signal) =>
  new Promise((resolve, reject) => {
    const socket = connect({
      host: address,
      family,
      port,
      noDelay: true,
      keepAlive: true,
      keepAliveInitialDelay: 30_000,
    })
    const abort = () => socket.destroy(abortError(signal))
    const settle = () => signal.removeEventListener('abort', abort)
    signal.addEventListener('abort', abort, { once: true })
    // It stays: an error that comes before the new owner listens must not end the process.
    socket.on('error', (error) => {
      settle()
      reject(error)
    })
    socket.once('connect', () => {
      settle()
      resolve(socket)
    })
    if (signal.aborted) abort()
  })

const abortError = (signal: AbortSignal): Error =>
  signal.reason instanceof Error ? signal.reason : new Error('aborted', { cause: signal.reason })

/** What a failed lookup or dial is to the caller: one of six sentences, which tell nothing about the network. */
export function dialFault(cause: unknown): Fault {
  if (cause instanceof Fault) return cause
  switch ((cause as { code?: unknown } | undefined)?.code) {
    case 'ENOTFOUND':
    case 'ENODATA':
      return new Fault('source-unreachable', 'The host name is not known.', {
        hint: 'Check the spelling of the host in the connector.',
        cause,
      })
    case 'EAI_AGAIN':
    case 'ESERVFAIL':
    case 'ETIMEOUT':
      return new Fault('source-unreachable', 'The host name could not be looked up.', {
        hint: 'Try again; if it stays, ask who runs the name server.',
        cause,
      })
    case 'ECONNREFUSED':
      return new Fault('source-unreachable', 'The connection was refused.', {
        hint: 'Check the port in the connector, and that the server runs.',
        cause,
      })
    case 'ECONNRESET':
    case 'EPIPE':
    case 'ECONNABORTED':
      return new Fault('source-unreachable', 'The connection was reset.', {
        hint: 'Something on the way, or the server, hung up: check its firewall and its log.',
        cause,
      })
    case 'ETIMEDOUT':
      return timedOut(cause)
    default:
      return new Fault('source-unreachable', 'The host cannot be reached.', {
        hint: 'Check the host and the port in the connector, and the route and firewalls between.',
        cause,
      })
  }
}

export const timedOut = (cause?: unknown): Fault =>
  new Fault('source-timeout', 'Nobody answered in time.', {
    hint: 'Check the host and the port in the connector, and that no firewall drops the packets.',
    cause,
  })

/** The same words whatever the reason, so that refusals tell nothing about the network. */
export const notAllowed = (): Fault =>
  new Fault('address-not-allowed', 'That address may not be dialled from here.', {
    hint: 'Public addresses may. Who runs this deployment can allow host:port or network/bits:port in HEADGATE_ALLOW.',
  })
