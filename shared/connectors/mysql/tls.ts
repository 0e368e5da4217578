import type { Socket } from 'node:net'
import { tlsMode } from '../sql/config.ts'
import { handshake, offersNoTls, opening } from '../sql/tls.ts'
import type { Config } from './config.ts'
import { type Greeting, readGreeting } from './greeting.ts'
import { capabilities } from './login.ts'
import { packetsOf } from './packets.ts'

/** A socket that the server has greeted on, secured as the configuration wants it, with nothing read beyond. */
export interface Secured {
  readonly socket: Socket
  readonly greeting: Greeting
  readonly isEncrypted: boolean
}

const utf8mb4 = 45

/**
 * Takes the greeting, then TLS as libpq's modes mean it. `prefer` takes plain where TLS is not offered.
 * Faults: source-refused where TLS is not offered or its certificate does not hold, source-unreachable,
 * source-failed.
 */
export async function secure(socket: Socket, config: Config, signal: AbortSignal): Promise<Secured> {
  const mode = tlsMode(config)
  // Short commands follow each other: none is to wait until the one before it is acknowledged.
  socket.setNoDelay(true)
  return await opening(socket, signal, async () => {
    const greeting = await readGreeting(socket)
    if (mode === 'disable' || (mode === 'prefer' && !greeting.offersTls))
      return { socket, greeting, isEncrypted: false }
    if (!greeting.offersTls) throw offersNoTls()
    socket.write(tlsRequest())
    return { socket: await handshake(socket, config), greeting, isEncrypted: true }
  })
}

/** (MySQL manual, "Protocol::SSLRequest".) */
function tlsRequest(): Buffer {
  const body = Buffer.alloc(32)
  body.writeUInt32LE(capabilities(true), 0)
  body.writeUInt32LE(1 << 24, 4)
  body[8] = utf8mb4
  return packetsOf(body, 1)
}
