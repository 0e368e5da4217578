import type { Socket } from 'node:net'
import { parseAllow } from '../../shared/adapters/egress/allow.ts'
import { dialTcp } from '../../shared/adapters/egress/dial.ts'
import { createEgress } from '../../shared/adapters/egress.ts'
import type { Egress } from '../../shared/connectors/kind.ts'

/** The guarded door as it is, open to this machine, with every socket that went through it. */
export function countingEgress(): Egress & { readonly sockets: readonly Socket[]; open(): number } {
  const sockets: Socket[] = []
  const egress = createEgress({
    allow: parseAllow('127.0.0.1:*'),
    async dial(address, port, signal) {
      const socket = await dialTcp(address, port, signal)
      sockets.push(socket)
      return socket
    },
  })
  return { ...egress, sockets, open: () => sockets.filter(({ destroyed }) => !destroyed).length }
}
