import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface Seen {
  readonly method: string
  readonly url: string
  readonly headers: IncomingMessage['headers']
  readonly body: string
}

export interface HttpServer {
  readonly origin: string
  /** Every request, in order. */
  readonly seen: Seen[]
  connections(): Promise<number>
  stop(): Promise<void>
}

/** What a handler answers with: JSON, unless its type says otherwise. */
export interface Answered {
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: unknown
}

/** An HTTP server of this machine that remembers what it was asked. */
export async function serveHttp(
  answer: (seen: Seen, response: ServerResponse) => Answered | undefined | Promise<Answered | undefined>,
): Promise<HttpServer> {
  const seen: Seen[] = []
  const handle = async (request: IncomingMessage, response: ServerResponse) => {
    let body = ''
    for await (const chunk of request) body += chunk
    const one = { method: request.method ?? '', url: request.url ?? '', headers: request.headers, body }
    seen.push(one)
    const answered = await answer(one, response)
    if (answered === undefined) return
    const { status = 200, headers = {}, body: said } = answered
    response.writeHead(status, { 'content-type': 'application/json', ...headers })
    response.end(said === undefined ? '' : typeof said === 'string' ? said : JSON.stringify(said))
  }
  const server = createServer((request, response) => void handle(request, response).catch(() => response.destroy()))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen,
    connections: () =>
      new Promise((resolve, reject) => {
        server.getConnections((error, count) => (error ? reject(error) : resolve(count)))
      }),
    async stop() {
      server.close()
      server.closeAllConnections()
      if (server.listening) await once(server, 'close')
    },
  }
}
