import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import type { Egress } from '../../shared/connectors/kind.ts'
import { Fault } from '../../shared/domain/faults.ts'

export interface RecordingEgress extends Egress {
  /** Every socket that was dialled, in order. */
  readonly sockets: readonly Socket[]
}

/** A door that opens to this machine alone and remembers what went through it. */
export function loopbackEgress(): RecordingEgress {
  const sockets: Socket[] = []
  return {
    sockets,
    async resolve(host) {
      if (host === '127.0.0.1' || host === 'localhost') return [{ address: '127.0.0.1', family: 4 }]
      throw new Fault('source-unreachable', `${host} has no address.`)
    },
    async connect(host, port, signal) {
      await this.resolve(host, port, signal)
      signal?.throwIfAborted()
      const socket = connect({ host: '127.0.0.1', port })
      try {
        await once(socket, 'connect', { signal })
      } catch (cause) {
        socket.destroy()
        throw new Fault('source-unreachable', `Port ${port} of ${host} does not answer.`, { cause })
      }
      sockets.push(socket)
      return socket
    },
    async fetch() {
      throw new Fault('address-not-allowed', 'Nothing is fetched in these tests.')
    },
  }
}
