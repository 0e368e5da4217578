import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'

/** What a server does once it has been polite for long enough. */
export type Rogue = (socket: Socket) => void

/** Writes the same again and again, as fast as it is taken. */
const flood =
  (bytes: Buffer): Rogue =>
  (socket) => {
    const more = () => {
      while (!socket.destroyed && socket.write(bytes));
    }
    socket.on('drain', more)
    more()
  }

export const say =
  (...parts: readonly (string | Buffer | readonly number[])[]): Rogue =>
  (socket) => {
    for (const part of parts) socket.write(typeof part === 'string' ? part : Buffer.from(part))
  }

/** What any server may do, at any time, in any protocol. */
export const rogues: Readonly<Record<string, Rogue>> = {
  'never answers': () => {},
  'hangs up': (socket) => socket.end(),
  'resets the connection': (socket) => socket.resetAndDestroy(),
  'drips a byte at a time': (socket) => {
    const timer = setInterval(() => socket.write('z'), 10)
    socket.on('close', () => clearInterval(timer))
  },
  'sends noise and waits': (socket) => socket.write(randomBytes(70_000)),
  'sends zeros without end': flood(Buffer.alloc(1 << 16)),
  'sends ones without end': flood(Buffer.alloc(1 << 16, 255)),
  'sends lines without end': flood(Buffer.from('220-go on\r\n'.repeat(4000))),
  'sends one line without end': flood(Buffer.alloc(1 << 16, 'x')),
  'says things to the terminal': say('\x1b]0;owned\x07\x1b[2J<script>alert(1)</script>\u202e\r\n'),
}

/**
 * A server on loopback that answers each thing it is told by the next polite answer, and then turns: when it is told one
 * thing more, or right after its last answer where that is but the beginning of one.
 */
export async function rogueServer(polite: readonly (string | Buffer)[], turn: Rogue, isBeginning = false) {
  const open = new Set<Socket>()
  const heard: Buffer[] = []
  const server = createServer((socket) => {
    open.add(socket)
    socket.on('close', () => open.delete(socket)).on('error', () => {})
    const steps = [...polite]
    let hasTurned = false
    const step = () => {
      const next = steps.shift()
      if (next !== undefined) socket.write(next)
      if (!hasTurned && (next === undefined || (isBeginning && steps.length === 0))) {
        hasTurned = true
        turn(socket)
      }
    }
    socket.on('data', (chunk) => {
      if (heard.length < 1000) heard.push(chunk)
      step()
    })
    // Where it is the server that speaks first, the first answer is to nothing.
    if (steps[0] === undefined || steps[0].length === 0) steps.shift()
    else step()
    if (polite.length === 0) step()
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    heard: () => Buffer.concat(heard),
    /** Connections that are open. */
    open: () => open.size,
    stop: () => {
      for (const socket of open) socket.destroy()
      server.close()
    },
  }
}
