import { randomUUID } from 'node:crypto'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { authenticate } from '../shared/api/authenticate.ts'
import { operations } from '../shared/api/index.ts'
import { keepAudit } from '../shared/api/keep-audit.ts'
import { noteSeen } from '../shared/api/note-seen.ts'
import type { Operation, UseCase } from '../shared/api/operation.ts'
import { bodyLimit, explain, perform, type Reply } from '../shared/api/perform.ts'
import { asFault } from '../shared/api/problem.ts'
import { router } from '../shared/api/route.ts'
import { Fault } from '../shared/domain/faults.ts'
import type { WholeWorld } from '../shared/ports/index.ts'
import * as usecases from '../shared/usecases/index.ts'

const runs: Readonly<Record<string, unknown>> = usecases

export interface ServerOptions {
  readonly world: WholeWorld
  /** What lies outside `/v1/`: pages and signed links. Undefined where it knows nothing of a path. */
  readonly other?: (request: IncomingMessage, url: URL) => Promise<Reply | undefined>
  readonly log?: (line: Readonly<Record<string, unknown>>) => void
  /** How long a line of the audit trail is kept, days. */
  readonly auditDays?: number
}

/** The whole platform in one process, on whatever world it is given. */
export function createLocalServer({ world, other, log = () => {}, auditDays = 365 }: ServerOptions): Server {
  const audit = keepAudit(world.catalog, auditDays)
  const admitting = { noteSeen: noteSeen(world.catalog) }
  const route = router(operations)
  const answer = async (request: IncomingMessage, requestId: string, signal: AbortSignal): Promise<Reply> => {
    const url = readUrl(request)
    if (!url.pathname.startsWith('/v1/')) {
      const reply = await other?.(request, url)
      if (reply) return reply
    }
    const { id, op, params } = route(request.method ?? 'GET', url.pathname)
    const caller = await authenticate(world.catalog, request.headers.authorization, admitting)
    const run = runs[id] as UseCase<Operation>
    const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]))
    const query = readQuery(url)
    const body =
      op.takes === 'bytes' ? { bytes: request.iterator({ destroyOnReturn: false }) } : { body: await readBody(request) }
    const onFault = (fault: Fault) => log({ requestId, operation: id, code: fault.code, cause: fault })
    return perform(
      op,
      run,
      world as never,
      { params, query, headers, ...body },
      {
        caller,
        signal,
        requestId,
        onFault,
        audit,
        from: request.socket.remoteAddress ?? '',
      },
    )
  }
  return createServer((request, response) => {
    const requestId = randomUUID()
    const gone = new AbortController()
    response.on('close', () => gone.abort())
    answer(request, requestId, gone.signal)
      .catch((thrown: unknown) => {
        const fault = asFault(thrown)
        log({ requestId, code: fault.code, cause: fault })
        return explain(fault, requestId)
      })
      .then((reply) => send(reply, requestId, response))
      .catch((cause: unknown) => {
        log({ requestId, message: 'The reply was broken off.', cause })
        response.destroy()
      })
  })
}

async function send({ status, headers, body }: Reply, requestId: string, response: ServerResponse): Promise<void> {
  response.writeHead(status, { 'x-request-id': requestId, 'cache-control': 'no-store', ...headers })
  if (typeof body === 'string') {
    response.end(body)
    return
  }
  for await (const chunk of body) {
    if (response.destroyed) return
    if (!response.write(chunk)) await drained(response)
  }
  response.end()
}

const drained = (response: ServerResponse): Promise<void> =>
  new Promise((resolve) => {
    const done = () => {
      response.off('drain', done)
      response.off('close', done)
      resolve()
    }
    response.on('drain', done)
    response.on('close', done)
  })

/** Only names of this machine are answered: another site's name that points here gets nothing. */
function readUrl(request: IncomingMessage): URL {
  const host = request.headers.host ?? ''
  if (!/^(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/i.test(host))
    throw new Fault('forbidden', 'This server answers to loopback names only.')
  const url = URL.parse(request.url ?? '/', `http://${host}`)
  if (url === null) throw new Fault('invalid-request', 'The address is not valid.')
  return url
}

function readQuery(url: URL): Record<string, string> {
  const query: Record<string, string> = Object.create(null)
  for (const [name, value] of url.searchParams) {
    if (name in query)
      throw new Fault('invalid-request', `The parameter ${name.slice(0, 100)} is given twice.`, {
        errors: [{ pointer: `/query/${name.slice(0, 100)}`, detail: 'is given twice' }],
      })
    query[name] = value
  }
  return { ...query }
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size > bodyLimit) break
    chunks.push(chunk)
  }
  if (size > bodyLimit) {
    // The rest is thrown away as it comes: left unread, it would block the connection's next request.
    request.on('error', () => {}).resume()
    throw new Fault('too-large', `The body is larger than ${bodyLimit} bytes.`)
  }
  return Buffer.concat(chunks).toString('utf8')
}
