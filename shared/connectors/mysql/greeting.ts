/** What a server says first, before anybody has logged in. (MySQL manual, "Protocol::HandshakeV10".) */

import type { Socket } from 'node:net'
import { Fault } from '../../domain/faults.ts'
import { serverError } from './packets.ts'

export interface Greeting {
  /** The packet with its header, as the server sent it. */
  readonly packet: Buffer
  readonly version: string
  readonly isMariadb: boolean
  readonly offersTls: boolean
}

const tlsCapability = 0x0800
const largestGreeting = 4096

/**
 * Reads the greeting from a fresh socket and leaves the socket paused. Faults: source-unreachable, source-failed
 * where it is none. Throws the server's own error where it sends one.
 */
export async function readGreeting(socket: Socket): Promise<Greeting> {
  const packet = await readPacket(socket)
  const body = packet.subarray(4)
  if (body[0] === 0xff) throw serverError(body, 0, body.length, false)
  const end = body.indexOf(0, 1)
  // Version 10, its text, thread id (4), scramble (8), filler (1), capabilities (2).
  if (packet[3] !== 0 || body[0] !== 10 || end < 0 || body.length < end + 16) throw noGreeting()
  const version = body.subarray(1, end).toString('latin1')
  return {
    packet,
    version,
    isMariadb: /mariadb/i.test(version),
    offersTls: (body.readUInt16LE(end + 14) & tlsCapability) !== 0,
  }
}

async function readPacket(socket: Socket): Promise<Buffer> {
  let bytes: Buffer = Buffer.alloc(0)
  return new Promise((resolve, reject) => {
    const lost = (cause?: unknown) =>
      settle(() => reject(new Fault('source-unreachable', 'The server ended the connection at once.', { cause })))
    const take = (chunk: Buffer) => {
      bytes = Buffer.concat([bytes, chunk])
      if (bytes.length < 4) return
      const size = 4 + bytes.readUIntLE(0, 3)
      // What comes after it, unasked, would be somebody's plain text slipped in before the encrypted.
      if (size > largestGreeting || bytes.length > size) settle(() => reject(noGreeting()))
      else if (bytes.length === size) settle(() => resolve(bytes))
    }
    const settle = (then: () => void) => {
      socket.off('data', take).off('error', lost).off('close', lost).off('end', lost)
      socket.pause()
      then()
    }
    socket.on('error', lost).on('close', lost).on('end', lost).on('data', take)
    socket.resume()
  })
}

const noGreeting = (): Fault =>
  new Fault('source-failed', 'The server did not greet as MySQL and MariaDB do.', {
    hint: 'Is there a MySQL or MariaDB behind this host and port?',
  })
