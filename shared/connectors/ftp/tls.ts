import { isIP, type Socket } from 'node:net'
import { type ConnectionOptions, connect, type TLSSocket } from 'node:tls'
import { patiently } from '../files/patience.ts'
import type { Config } from './config.ts'

/** Certificates are verified against the host of the connector, on the data connections too. */
export const tlsOptions = ({ host, ca }: Config): ConnectionOptions => ({
  host,
  ...(isIP(host) === 0 && { servername: host }),
  ...(ca !== undefined && { ca }),
  rejectUnauthorized: true,
})

/** TLS over a connected socket. Throws the error of TLS, or the faults cancelled and source-timeout. */
export function handshake(
  socket: Socket,
  options: ConnectionOptions,
  { signal, ms }: { signal: AbortSignal; ms: number },
): Promise<TLSSocket> {
  const tls = connect({ ...options, socket })
  const ready = new Promise<TLSSocket>((resolve, reject) => {
    const hungUp = () => reject(Object.assign(new Error('The server hung up.'), { code: 'ECONNRESET' }))
    // It stays: an error that comes before the new owner listens must not end the process.
    tls.on('error', reject)
    tls.once('close', hungUp)
    tls.once('secureConnect', () => {
      tls.off('close', hungUp)
      resolve(tls)
    })
  })
  return patiently(ready, { signal, ms, giveUp: () => tls.destroy() })
}
