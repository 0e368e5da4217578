import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type RequestListener, type Server, STATUS_CODES } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
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

/** Bytes of a request's line and headers together: the longest `where` fits, percent-encoded. */
const longestHead = 256 * 1024

/** What requests under way may still take once the server closes. */
const graceMs = 1000

/** Takes the port before anything else is started. Throws BadStart where it is taken. */
export async function takePort(port: number): Promise<Front> {
  let answer: RequestListener = (_request, response) => {
    const fault = new Fault('busy', 'Headgate is starting.', { hint: 'Try again in a moment.', retryAfter: 1 })
    const { status, headers, body } = explain(fault, 'starting')
    response.writeHead(status, headers).end(body)
  }
  const answering = new WeakSet<Duplex>()
  const server = createServer({ maxHeaderSize: longestHead }, (request, response) => {
    answering.add(request.socket)
    response.on('close', () => answering.delete(request.socket))
    answer(request, response)
  })
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    // What is refused already may still be arriving, and is an error each time.
    if (socket.writableEnded) return
    if (socket.writable && error.code !== 'ECONNRESET' && !answering.has(socket)) refuse(error, socket)
    else socket.destroy()
  })
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

/** Answers what is not readable as a request, and reads on for a moment so that the answer is not lost to a reset. */
function refuse({ code }: NodeJS.ErrnoException, socket: Duplex): void {
  const requestId = randomUUID()
  const { status, headers, body } = explain(unreadable(code), requestId)
  const bytes = Buffer.from(body as string)
  const head = { ...headers, 'x-request-id': requestId, 'content-length': bytes.length, connection: 'close' }
  const lines = Object.entries(head).map(([name, value]) => `${name}: ${value}\r\n`)
  socket.end(Buffer.concat([Buffer.from(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${lines.join('')}\r\n`), bytes]))
  socket.on('error', () => {}).resume()
  setTimeout(() => socket.destroy(), graceMs).unref()
}

const unreadable = (code: string | undefined): Fault =>
  code === 'HPE_HEADER_OVERFLOW'
    ? new Fault('too-large', `The address and headers are larger than ${longestHead} bytes.`, {
        hint: 'Send shorter parameters; what is long fits into the body of a query.',
      })
    : new Fault('invalid-request', 'The request is not HTTP/1.1 as it is read here, or did not arrive in time.')

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
