import type { Socket } from 'node:net'
import type { Address, Egress } from '../connectors/kind.ts'
import { Fault } from '../domain/faults.ts'
import { canonical, classify, isWithin, parseHost } from './egress/address.ts'
import { type AllowRule, isAllowed } from './egress/allow.ts'
import { type Dial, dialFault, dialTcp, type Lookup, lookupAll, notAllowed, timedOut } from './egress/dial.ts'
import { guardedFetch } from './egress/fetch.ts'

export interface EgressOptions {
  readonly allow: readonly AllowRule[]
  readonly lookup?: Lookup
  readonly dial?: Dial
  /** How long resolving and connecting may take together, and a TLS handshake after it; 10 seconds. */
  readonly timeoutMs?: number
  /** How long an HTTP server may send nothing while it is waited for; 60 seconds. */
  readonly idleTimeoutMs?: number
  /** Where the Lambda runtime listens, `host:port`: never dialled, whatever the rules. */
  readonly runtimeApi?: string | undefined
}

/**
 * The guarded door. A name is resolved once, every answer is judged, and one forbidden answer refuses them all; the
 * dial goes to a judged address, and the socket is asked afterwards where it ended up. Proxies of the environment
 * are not used: they would resolve again.
 */
export function createEgress(options: EgressOptions): Egress {
  const { allow, lookup = lookupAll, dial = dialTcp, timeoutMs = 10_000, idleTimeoutMs = 60_000 } = options
  const runtimeApi = options.runtimeApi ?? process.env.AWS_LAMBDA_RUNTIME_API
  const mayDial = (host: string, { address }: Address, port: number): boolean =>
    isAllowed(allow, { host, address, port }) && !isRuntimeApi(runtimeApi, address, port)

  const resolveWithin = async (hostText: string, port: number, signal: AbortSignal): Promise<readonly Address[]> => {
    const host = parseHost(hostText)
    if (host === undefined || !Number.isInteger(port) || port < 1 || port > 65535) throw notAllowed()
    const name = host.is === 'name' ? host.name : host.address.address
    // RFC 6761: localhost is loopback without asking anyone; of its two addresses those allowed are used.
    if (name === 'localhost') {
      const allowed = localhost.filter((address) => mayDial(name, address, port))
      if (allowed.length === 0) throw notAllowed()
      return allowed
    }
    const found = host.is === 'literal' ? [host.address] : await withSignal(lookup(name), signal)
    if (found.length === 0) throw dialFault({ code: 'ENOTFOUND' })
    if (found.some(({ address }) => classify(address) === 'never')) throw notAllowed()
    const answers = found.map(({ address }) => canonical(address))
    if (!answers.every((answer) => mayDial(name, answer, port))) throw notAllowed()
    return answers
  }

  const connectWithin = async (host: string, port: number, limit: Limit): Promise<Socket> => {
    const answers = await resolveWithin(host, port, limit.signal)
    let failure: unknown
    for (const [index, answer] of answers.entries()) {
      const share = AbortSignal.timeout(Math.max(1, Math.ceil(limit.left() / (answers.length - index))))
      try {
        const socket = await dial(answer, port, AbortSignal.any([limit.signal, share]))
        return asDialled(socket, answer)
      } catch (error) {
        limit.signal.throwIfAborted()
        failure = share.aborted ? timedOut(error) : error
        if (failure instanceof Fault && failure.code === 'address-not-allowed') break
      }
    }
    throw failure
  }

  const resolve: Egress['resolve'] = (host, port, signal) =>
    withinLimit(timeoutMs, signal, (limit) => resolveWithin(host, port, limit.signal))
  const connect: Egress['connect'] = (host, port, signal) =>
    withinLimit(timeoutMs, signal, (limit) => connectWithin(host, port, limit))
  return { resolve, connect, fetch: guardedFetch({ connect, timeoutMs, idleTimeoutMs }) }
}

const localhost: readonly Address[] = [
  { address: '127.0.0.1', family: 4 },
  { address: '::1', family: 6 },
]

interface Limit {
  readonly signal: AbortSignal
  /** Milliseconds until the limit. */
  left(): number
}

/** Runs what dials under a time limit and the caller's signal: the signal's reason is thrown as it is, the rest as faults. */
async function withinLimit<T>(
  timeoutMs: number,
  signal: AbortSignal | undefined,
  run: (limit: Limit) => Promise<T>,
): Promise<T> {
  signal?.throwIfAborted()
  const end = performance.now() + timeoutMs
  const limit = AbortSignal.timeout(timeoutMs)
  const both = signal === undefined ? limit : AbortSignal.any([signal, limit])
  try {
    return await run({ signal: both, left: () => end - performance.now() })
  } catch (error) {
    signal?.throwIfAborted()
    throw limit.aborted && !(error instanceof Fault) ? timedOut(error) : dialFault(error)
  }
}

/** The promise, or the signal's reason if that comes first: getaddrinfo itself cannot be stopped. */
const withSignal = <T>(promise: Promise<T>, signal: AbortSignal): Promise<T> =>
  new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason)
    if (signal.aborted) abort()
    signal.addEventListener('abort', abort, { once: true })
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort))
  })

/** The socket, if it is connected to the address that was judged; it is destroyed if not. */
function asDialled(socket: Socket, { address }: Address): Socket {
  const remote = socket.remoteAddress
  if (remote !== undefined && classify(remote) !== 'never' && canonical(remote).address === address) return socket
  socket.destroy()
  throw remote === undefined ? dialFault({ code: 'ECONNRESET' }) : notAllowed()
}

/** Whether a dial would reach the Lambda runtime's own interface: its address, and at its port any loopback one. */
function isRuntimeApi(runtimeApi: string | undefined, address: string, port: number): boolean {
  const [, host = '', portText] = /^(.*):(\d+)$/.exec(runtimeApi ?? '') ?? []
  const parsed = parseHost(host)
  if (parsed === undefined || port !== Number(portText)) return false
  return classify(address) === 'loopback' || (parsed.is === 'literal' && isWithin(address, [toNetwork(parsed.address)]))
}

const toNetwork = ({ address, family }: Address) => ({ address, bits: family === 4 ? 32 : 128 })
