import { type ClientRequest, type IncomingMessage, request as requestHttp } from 'node:http'
import type { Socket } from 'node:net'
import type { Egress } from '../../connectors/kind.ts'
import { Fault } from '../../domain/faults.ts'
import { timedOut } from './dial.ts'
import { followed } from './redirect.ts'
import { exchangeFault, toResponse } from './response.ts'
import { type Sent, toSent } from './sent.ts'
import { handshake } from './tls.ts'

export interface FetchOptions {
  readonly connect: Egress['connect']
  /** How long a TLS handshake may take. */
  readonly timeoutMs: number
  /** A server that sends nothing for this long, while it is waited for, is given up. */
  readonly idleTimeoutMs: number
}

const maxRedirects = 3

/**
 * HTTP/1.1 over sockets of the guarded door, one connection a request. Answers come as they are: content codings are
 * not undone, and redirects are followed only with `redirect: 'follow'`, each through the guard.
 */
export const guardedFetch =
  (options: FetchOptions): Egress['fetch'] =>
  async (url, init = {}) => {
    const signal = init.signal ?? undefined
    signal?.throwIfAborted()
    let sent = await toSent(url, init)
    for (let hop = 0; ; hop++) {
      const answer = await send(sent, options, signal)
      const location = isRedirect(answer.statusCode) ? answer.headers.location : undefined
      if (location === undefined || init.redirect === undefined || init.redirect === 'manual')
        return toResponse(answer, { sent, signal, idleTimeoutMs: options.idleTimeoutMs })
      answer.destroy()
      if (init.redirect === 'error' || hop === maxRedirects) throw tooManyRedirects(hop)
      sent = followed(sent, answer.statusCode!, location)
    }
  }

const isRedirect = (status: number | undefined): boolean => [301, 302, 303, 307, 308].includes(status ?? 0)

async function send(sent: Sent, options: FetchOptions, signal: AbortSignal | undefined): Promise<IncomingMessage> {
  const { url } = sent
  const isTls = url.protocol === 'https:'
  const port = url.port === '' ? (isTls ? 443 : 80) : Number(url.port)
  const plain = await options.connect(url.hostname, port, signal)
  const socket = isTls ? await handshake(plain, url.hostname, options.timeoutMs, signal) : plain
  return exchange(sent, { socket, idleTimeoutMs: options.idleTimeoutMs, signal })
}

function exchange(
  sent: Sent,
  at: { socket: Socket; idleTimeoutMs: number; signal: AbortSignal | undefined },
): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const request = requestHttp(sent.url, {
      protocol: 'http:',
      method: sent.method,
      headers: { ...Object.fromEntries(sent.headers), host: sent.url.host },
      createConnection: () => at.socket,
      signal: at.signal,
    })
    request.setTimeout(at.idleTimeoutMs, () => request.destroy(timedOut()))
    request.once('response', (answer) => {
      request.setTimeout(0)
      resolve(answer)
    })
    request.on('error', (error) => reject(at.signal?.aborted ? at.signal.reason : exchangeFault(error)))
    sendBody(request, sent.body).catch((error: Error) => request.destroy(error))
  })
}

async function sendBody(request: ClientRequest, body: Sent['body']): Promise<void> {
  if (body === undefined || body instanceof Uint8Array) {
    request.end(body)
    return
  }
  for await (const chunk of body) {
    if (request.destroyed) return
    if (!request.write(chunk)) await drainedOrClosed(request)
  }
  request.end()
}

const drainedOrClosed = (request: ClientRequest): Promise<void> =>
  new Promise((resolve) => {
    const go = () => {
      request.off('drain', go).off('close', go)
      resolve()
    }
    request.on('drain', go).on('close', go)
  })

const tooManyRedirects = (hops: number): Fault =>
  new Fault('source-failed', hops === 0 ? 'The server redirected.' : `The server redirected more than ${hops} times.`, {
    hint: 'Use the URL that it leads to.',
  })
