import type { Socket } from 'node:net'

/** The messages that the driver knows; it writes a line to the log for every other one. */
const known = new Set(Buffer.from('123ACDEGHIKNRSTVWZcdnstv'))
/** More than anything that a server has to say before it is asked for rows. */
const mostBytes = 1 << 20
const headBytes = 5

/**
 * Lets through to a socket's listeners what are messages of the protocol, and ends the socket at the first that is none:
 * no listener sees it. `isOff`: whether that has happened. `stop` lets everything through again.
 */
export function guardMessages(socket: Socket): { isOff(): boolean; stop(): void } {
  let left = 0
  let isOff = false
  const head: number[] = []
  const isWrong = (): boolean => {
    if (!known.has(head[0]!)) return true
    if (head.length < headBytes) return false
    const bytes = Buffer.from(head).readUInt32BE(1)
    left = bytes - 4
    head.length = 0
    return left < 0 || left > mostBytes
  }
  const follow = (chunk: Uint8Array): void => {
    for (let at = 0; at < chunk.length && !isOff; ) {
      const passed = Math.min(left, chunk.length - at)
      left -= passed
      at += passed
      if (at === chunk.length) return
      head.push(chunk[at++]!)
      isOff = isWrong()
    }
  }
  const emit = socket.emit
  socket.emit = ((event: string, ...args: unknown[]) => {
    if (event === 'data' && !isOff) {
      follow(args[0] as Uint8Array)
      if (isOff) socket.destroy()
    }
    return event === 'data' && isOff ? false : Reflect.apply(emit, socket, [event, ...args])
  }) as Socket['emit']
  return {
    isOff: () => isOff,
    stop: () => {
      socket.emit = emit
    },
  }
}
