import { once } from 'node:events'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A server at a port of loopback. */
export interface Listening {
  readonly host: '127.0.0.1'
  readonly port: number
  /** `http://127.0.0.1:<port>` */
  readonly origin: string
  /** How many are open. */
  connections(): Promise<number>
  /** Cuts what is under way. May be called twice. */
  stop(): Promise<void>
}

/** Has a server listen at a free port, for this machine alone. */
export async function listenLocally(server: Server): Promise<Listening> {
  const host = '127.0.0.1'
  server.listen(0, host)
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    host,
    port,
    origin: `http://${host}:${port}`,
    connections: () =>
      new Promise((resolve, reject) => {
        server.getConnections((error, count) => (error ? reject(error) : resolve(count)))
      }),
    async stop() {
      server.close()
      server.closeAllConnections()
      if (server.listening) await once(server, 'close')
    },
  }
}
