import { once } from 'node:events'
import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { explain } from '../shared/api/perform.ts'
import { Fault } from '../shared/domain/faults.ts'
import { BadStart } from './settings.ts'

export interface Front {
  readonly port: number
  /** `http://127.0.0.1:7420` */
  readonly origin: string
  /** From now on that server answers; before, everything is answered with `busy`. */
  open(server: Server): void
  /** Takes nothing new, gives what is under way a moment, then cuts it off. May be called twice. */
  close(): Promise<void>
}

/** What requests under way may still take once the server closes. */
const graceMs = 1000

/** Takes the port before anything else is started. Throws BadStart where it is taken. */
export async function takePort(port: number): Promise<Front> {
  let answer: RequestListener = (_request, response) => {
    const fault = new Fault('busy', 'Headgate is starting.', { hint: 'Try again in a moment.', retryAfter: 1 })
    const { status, headers, body } = explain(fault, 'starting')
    response.writeHead(status, headers).end(body)
  }
  const server = createServer((request, response) => answer(request, response))
  try {
    server.listen(port, '127.0.0.1')
    await once(server, 'listening')
  } catch (cause) {
    throw cannotListen(port, cause as NodeJS.ErrnoException)
  }
  const bound = (server.address() as AddressInfo).port
  let closing: Promise<void> | undefined
  return {
    port: bound,
    origin: `http://127.0.0.1:${bound}`,
    open: (inner) => {
      answer = (request, response) => void inner.emit('request', request, response)
    },
    close: () => {
      closing ??= close(server)
      return closing
    },
  }
}

async function close(server: Server): Promise<void> {
  const closed = once(server, 'close')
  server.close()
  server.closeIdleConnections()
  const cut = setTimeout(() => server.closeAllConnections(), graceMs)
  await closed
  clearTimeout(cut)
}

function cannotListen(port: number, cause: NodeJS.ErrnoException): BadStart {
  if (cause.code === 'EADDRINUSE')
    return new BadStart(
      `Port ${port} of 127.0.0.1 is taken, perhaps by another Headgate.\n` +
        `Choose another one: npm start -- --port ${port === 65_535 ? port - 1 : port + 1} (or HEADGATE_PORT).\n` +
        'To run two at once, give the second a data folder of its own too: --data .headgate-2 (or HEADGATE_DATA).',
      { cause },
    )
  if (cause.code === 'EACCES')
    return new BadStart(`Port ${port} needs more rights than you have: npm start -- --port 7420 needs none.`, { cause })
  return new BadStart(`Port ${port} of 127.0.0.1 cannot be listened on: ${cause.message}.`, { cause })
}
