import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { type Listening, listenLocally } from '../../local/demo/listen.ts'

export interface Seen {
  readonly method: string
  readonly url: string
  readonly headers: IncomingMessage['headers']
  readonly body: string
}

export interface HttpServer extends Listening {
  /** Every request, in order. */
  readonly seen: Seen[]
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
  return { ...(await listenLocally(server)), seen }
}
