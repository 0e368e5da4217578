import { isIP, type Socket } from 'node:net'
import { connect } from 'node:tls'
import { Fault } from '../../domain/faults.ts'
import { timedOut } from './dial.ts'

/** TLS over a connected socket, the certificate verified against the host of a URL. Faults: source-failed, source-timeout. */
export function handshake(
  socket: Socket,
  urlHost: string,
  timeoutMs: number,
  signal: AbortSignal | undefined,
): Promise<Socket> {
  const host = urlHost.replace(/^\[|\]$/g, '').replace(/\.$/, '')
  const limit = AbortSignal.timeout(timeoutMs)
  const both = signal === undefined ? limit : AbortSignal.any([signal, limit])
  return new Promise((resolve, reject) => {
    const tls = connect({
      socket,
      host,
      servername: isIP(host) === 0 ? host : '',
      ALPNProtocols: ['http/1.1'],
      rejectUnauthorized: true,
    })
    const fail = (thrown: unknown) => {
      both.removeEventListener('abort', abort)
      tls.destroy()
      reject(thrown)
    }
    const abort = () => fail(signal?.aborted ? signal.reason : timedOut())
    both.addEventListener('abort', abort, { once: true })
    tls.on('error', (error) => fail(tlsFault(error)))
    tls.once('close', () => fail(tlsFault(undefined)))
    tls.once('secureConnect', () => {
      both.removeEventListener('abort', abort)
      resolve(tls)
    })
    if (both.aborted) abort()
  })
}

function tlsFault(cause: unknown): Fault {
  const code = (cause as { code?: unknown } | undefined)?.code
  const reason = typeof code === 'string' ? ` (${code})` : ''
  return new Fault('source-failed', `No secure connection came about${reason}.`, {
    hint: 'Check that the server speaks TLS there, and that its certificate is valid for the host name of the URL.',
    cause,
  })
}
