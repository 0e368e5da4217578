import type { Socket } from 'node:net'
import type { BackendKey } from './login.ts'

const cancelRequest = 80_877_102

/** Asks the server, on a connection of its own, to end what a session runs. Done when the server has taken note. */
export async function cancel(dial: () => Promise<Socket>, { pid, secret }: BackendKey): Promise<void> {
  const request = Buffer.alloc(16)
  request.writeInt32BE(16, 0)
  request.writeInt32BE(cancelRequest, 4)
  request.writeInt32BE(pid, 8)
  request.writeUInt32BE(secret, 12)
  try {
    const socket = await dial()
    await new Promise<void>((resolve) => {
      socket.on('error', resolve).on('close', resolve)
      socket.resume()
      socket.end(request)
    })
    socket.destroy()
  } catch {
    // The server notices the closed connection at the latest when it sends the next row.
  }
}
