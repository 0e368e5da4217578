import { isIP, type Socket } from 'node:net'
import { connect, type TLSSocket } from 'node:tls'
import { Fault } from '../../domain/faults.ts'
import { type TlsConfig, tlsMode } from './config.ts'

const openingTimeoutMs = 15_000

/** Runs what comes before a login; a socket on which it fails, takes too long or is aborted is destroyed. */
export async function opening<T>(socket: Socket, signal: AbortSignal, run: () => Promise<T>): Promise<T> {
  const end = () => socket.destroy(new Error('The opening took too long'))
  const timer = setTimeout(end, openingTimeoutMs)
  signal.addEventListener('abort', end, { once: true })
  try {
    return await run()
  } catch (error) {
    socket.destroy()
    throw error
  } finally {
    clearTimeout(timer)
    signal.removeEventListener('abort', end)
  }
}

export const offersNoTls = (): Fault =>
  new Fault('source-refused', 'The server does not offer TLS.', {
    hint: 'Have TLS switched on at the server, or choose a weaker mode of tls if the network is trusted.',
  })

/**
 * TLS over a connected socket, as libpq's modes mean it. The name that is sent and verified is the configured host,
 * whatever address was dialled. Faults: source-refused where the certificate does not hold, source-unreachable.
 */
export async function handshake(
  socket: Socket,
  config: TlsConfig,
  protocols: readonly string[] = [],
): Promise<TLSSocket> {
  const { host, ca } = config
  const mode = tlsMode(config)
  // libpq: an authority that is given is checked in the mode require as well.
  const verify = mode === 'verify-full' || mode === 'verify-ca' || (mode === 'require' && ca !== undefined)
  const secured = connect({
    socket,
    host,
    ...(isIP(host) ? {} : { servername: host }),
    ...(ca === undefined ? {} : { ca }),
    rejectUnauthorized: verify,
    ...(mode === 'verify-full' ? {} : { checkServerIdentity: () => undefined }),
    minVersion: 'TLSv1.2',
    ...(protocols.length > 0 ? { ALPNProtocols: [...protocols] } : {}),
  })
  await new Promise<void>((resolve, reject) => {
    secured.once('error', (cause: NodeJS.ErrnoException) => reject(tlsFault(cause, verify)))
    secured.once('close', () => reject(new Fault('source-unreachable', 'The server ended the connection in TLS.')))
    secured.once('secureConnect', resolve)
  })
  return secured.removeAllListeners('secureConnect').removeAllListeners('error').removeAllListeners('close')
}

function tlsFault(cause: NodeJS.ErrnoException, verify: boolean): Fault {
  const code = cause.code ?? 'unknown'
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID')
    return new Fault('source-refused', "The server's certificate is for another host name.", {
      hint: 'Use the host name that the certificate names, or tls verify-ca if the authority is yours alone.',
      cause,
    })
  if (verify && /CERT|SIGNATURE|ISSUER|SIGNED|CRL/.test(code))
    return new Fault('source-refused', `The server's certificate does not hold (${code}).`, {
      hint: 'Give the certificate of its authority as ca, or have the certificate renewed if it has expired.',
      cause,
    })
  return new Fault('source-unreachable', `TLS with the server failed (${code}).`, { cause })
}
