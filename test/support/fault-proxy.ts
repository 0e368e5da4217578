import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'

/** What the proxy does to the bytes of one direction; Toxiproxy's set. */
export type ProxyFault = { readonly to?: 'client' | 'server'; readonly afterBytes?: number } & (
  | { readonly is: 'latency'; readonly ms: number }
  | { readonly is: 'bandwidth'; readonly bytesPerSecond: number }
  /** The end of the stream is passed on later. */
  | { readonly is: 'slow-close'; readonly ms: number }
  /** Nothing is passed on, and nothing is closed. */
  | { readonly is: 'timeout' }
  /** A TCP reset to both sides. */
  | { readonly is: 'reset' }
  /** An orderly end to both sides, whatever is still to come. */
  | { readonly is: 'limit-data' }
  /** Small packets. */
  | { readonly is: 'slicer'; readonly bytes: number; readonly ms?: number }
)

export interface FaultProxy {
  readonly port: number
  /** Clients connected now. */
  readonly open: () => number
  /** Changes what happens from the next bytes on, to connections that are open too. */
  set(fault: ProxyFault | undefined): void
  /** Ends every connection and the listening. */
  close(): Promise<void>
}

/**
 * A TCP proxy on loopback in front of a server, with faults. A fault begins once `afterBytes` (0) have been passed on
 * in its direction (to the client) on a connection.
 */
export async function startFaultProxy(
  server: { readonly port: number; readonly host?: string },
  fault?: ProxyFault,
): Promise<FaultProxy> {
  let current = fault
  const sockets = new Set<Socket>()
  const closing = new AbortController()
  const listener = createServer({ allowHalfOpen: true }, (client) => {
    const remote = connect({ port: server.port, host: server.host ?? '127.0.0.1', allowHalfOpen: true, noDelay: true })
    client.setNoDelay(true)
    for (const [socket, other] of [
      [client, remote],
      [remote, client],
    ] as const) {
      sockets.add(socket)
      socket.on('error', () => other.resetAndDestroy())
      socket.on('close', () => sockets.delete(socket))
    }
    const at = { fault: () => current, signal: closing.signal }
    pump(client, remote, 'server', at).catch(() => client.destroy())
    pump(remote, client, 'client', at).catch(() => remote.destroy())
  })
  listener.listen(0, '127.0.0.1')
  await once(listener, 'listening')
  return {
    port: (listener.address() as AddressInfo).port,
    open: () => Math.ceil(sockets.size / 2),
    set: (fault) => {
      current = fault
    },
    close: async () => {
      closing.abort()
      for (const socket of sockets) socket.destroy()
      listener.close()
      await once(listener, 'close')
    },
  }
}

interface PumpAt {
  readonly fault: () => ProxyFault | undefined
  readonly signal: AbortSignal
}

async function pump(
  from: Socket,
  to: Socket,
  direction: 'client' | 'server',
  { fault, signal }: PumpAt,
): Promise<void> {
  let passed = 0
  const mine = () => {
    const now = fault()
    return now !== undefined && (now.to ?? 'client') === direction ? now : undefined
  }
  const pass = async (bytes: Uint8Array) => {
    passed += bytes.length
    if (!to.write(bytes)) await drainedOrClosed(to)
  }
  for await (const chunk of from as AsyncIterable<Uint8Array>) {
    let rest = chunk
    while (rest.length > 0) {
      const now = mine()
      const before = Math.max(0, (now?.afterBytes ?? 0) - passed)
      const size = before > 0 ? before : now === undefined ? rest.length : await portion(now, signal)
      if (size === 'silence') return await silence(signal)
      if (size === 'reset') return void [from.resetAndDestroy(), to.resetAndDestroy()]
      if (size === 'end') return void [from.destroy(), to.destroySoon()]
      await pass(rest.subarray(0, size))
      rest = rest.subarray(Math.min(size, rest.length))
    }
  }
  const last = mine()
  if (last?.is === 'timeout') return await silence(signal)
  if (last?.is === 'slow-close') await sleep(last.ms, undefined, { signal })
  to.end()
}

/** How many bytes may go on now, after the wait that the fault asks for; or what happens instead. */
async function portion(fault: ProxyFault, signal: AbortSignal): Promise<number | 'silence' | 'reset' | 'end'> {
  switch (fault.is) {
    case 'latency':
      await sleep(fault.ms, undefined, { signal })
      return Number.POSITIVE_INFINITY
    case 'bandwidth':
      await sleep(20, undefined, { signal })
      return Math.max(1, Math.floor(fault.bytesPerSecond / 50))
    case 'slicer':
      await sleep(fault.ms ?? 0, undefined, { signal })
      return fault.bytes
    case 'slow-close':
      return Number.POSITIVE_INFINITY
    case 'timeout':
      return 'silence'
    case 'reset':
      return 'reset'
    case 'limit-data':
      return 'end'
  }
}

const silence = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve()
    signal.addEventListener('abort', () => resolve(), { once: true })
  })

const drainedOrClosed = (socket: Socket): Promise<void> =>
  new Promise((resolve) => {
    const go = () => {
      socket.off('drain', go).off('close', go)
      resolve()
    }
    socket.on('drain', go).on('close', go)
  })
