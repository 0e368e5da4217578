import type { Socket } from 'node:net'
import { Fault } from '../../domain/faults.ts'
import { tlsMode } from '../sql/config.ts'
import { handshake, offersNoTls, opening } from '../sql/tls.ts'
import type { Config } from './config.ts'

const sslRequest = Buffer.from([0, 0, 0, 8, 4, 210, 22, 47])

/**
 * The socket as the configuration wants it: TLS as libpq's modes mean it, or plain. The name that is sent and
 * verified is the configured host, whatever address was dialled. `prefer` takes plain where TLS is not offered.
 * Faults: source-refused where TLS is not offered or its certificate does not hold, source-unreachable.
 */
export async function secure(socket: Socket, config: Config, signal: AbortSignal): Promise<Socket> {
  const mode = tlsMode(config)
  if (mode === 'disable') return socket
  return await opening(socket, signal, async () => {
    if (await offersTls(socket)) return await handshake(socket, config, ['postgresql'])
    if (mode === 'prefer') return socket
    throw offersNoTls()
  })
}

async function offersTls(socket: Socket): Promise<boolean> {
  const answer = await new Promise<Buffer>((resolve, reject) => {
    const lost = (cause?: unknown) =>
      reject(new Fault('source-unreachable', 'The server ended the connection before TLS.', { cause }))
    socket.once('error', lost).once('close', lost)
    socket.once('data', (chunk: Buffer) => {
      socket.off('error', lost).off('close', lost)
      socket.pause()
      resolve(chunk)
    })
    socket.write(sslRequest)
  })
  // Exactly one byte: more would be somebody's plain text slipped in before the encrypted (CVE-2021-23222).
  if (answer.length === 1 && answer[0] === 0x53) return true
  if (answer.length === 1 && answer[0] === 0x4e) return false
  throw new Fault('source-failed', 'The server answered the question for TLS with something else.', {
    hint: 'Is there a PostgreSQL behind this host and port?',
  })
}
