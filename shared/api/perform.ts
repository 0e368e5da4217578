import { anyone, type Caller } from '../domain/caller.ts'
import { Fault } from '../domain/faults.ts'
import { valid } from '../domain/invalid.ts'
import type { World } from '../ports/index.ts'
import { type Audited, audited } from './audited.ts'
import { authorize } from './authorize.ts'
import { once } from './idempotency.ts'
import type { Answer, Input, Operation, Stream, UseCase } from './operation.ts'
import { asFault, problem } from './problem.ts'

/** A request that belongs to no transport: Lambda, the local server and the tests all speak this. */
export interface Request {
  readonly params?: Readonly<Record<string, string>>
  readonly query?: Readonly<Record<string, string>>
  /** Names in lower case. */
  readonly headers?: Readonly<Record<string, string | undefined>>
  /** The body as it came; empty and absent are one. */
  readonly body?: string
  /** The body of an operation that takes bytes. Who does not read it to its end must not be waited for. */
  readonly bytes?: AsyncIterable<Uint8Array>
}

export interface Reply {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  /** Iterating a stream may throw: the transport must then break the reply off. */
  readonly body: string | AsyncIterable<Uint8Array>
}

export interface Circumstances {
  readonly caller: Caller | undefined
  readonly signal: AbortSignal
  readonly requestId: string
  /** Told of every failure, once, with its cause: where logs are written. */
  readonly onFault?: (fault: Fault) => void
  /** The address that the request came from. */
  readonly from?: string
  /** Keeps a line of the audit trail. The reply waits for it, and is the same where it fails: that is logged. */
  readonly audit?: (entry: Audited) => Promise<void>
}

/** What one request may weigh, bytes of its JSON body. */
export const bodyLimit = 1_000_000

/** Validate, run, or explain. The only place where a thrown value becomes an answer. */
export async function perform<O extends Operation>(
  op: O,
  run: UseCase<O>,
  world: World<O['needs']>,
  request: Request,
  circumstances: Circumstances,
): Promise<Reply> {
  const { caller, from, requestId, onFault, audit } = circumstances
  let things: readonly string[] | undefined
  let fault: Fault | undefined
  const reply = await attempt(op, run, world, request, circumstances, (answer) => {
    things = answer.things
  }).catch((thrown: unknown) => {
    fault = asFault(thrown)
    onFault?.(fault)
    return explain(fault, requestId)
  })
  const line = audit && audited(op, { caller, from, requestId, params: request.params ?? {}, reply, fault, things })
  if (line) await audit(line).catch((thrown: unknown) => onFault?.(asFault(thrown)))
  return reply
}

async function attempt<O extends Operation>(
  op: O,
  run: UseCase<O>,
  world: World<O['needs']>,
  request: Request,
  circumstances: Circumstances,
  onAnswer: (answer: Answer<unknown>) => void,
): Promise<Reply> {
  const input = accept(op, request, circumstances)
  const { connectors } = circumstances.caller ?? {}
  // Few callers are limited: the others need not load what limits them.
  const reached = connectors ? (await import('./limit-world.ts')).limitWorld(world, connectors) : world
  if (op.answers !== 'json') return begin((await run(reached, input)) as Stream, op)
  const answer = async () => {
    const given = (await run(reached, input)) as Answer<unknown>
    onAnswer(given)
    return finish(op, given)
  }
  const key = op.idempotent ? request.headers?.['idempotency-key'] : undefined
  return key === undefined ? answer() : once(world as World<{ catalog: 'write' }>, { op, key, input, request }, answer)
}

/** A failure as a reply. */
export function explain(fault: Fault, requestId: string): Reply {
  const body = problem(fault, requestId)
  return {
    status: body.status,
    headers: {
      'content-type': 'application/problem+json',
      ...fault.headers,
      ...(fault.retryAfter !== undefined && { 'retry-after': String(fault.retryAfter) }),
      ...(fault.code === 'unauthenticated' && { 'www-authenticate': 'Bearer' }),
    },
    body: JSON.stringify(body),
  }
}

function accept<O extends Operation>(op: O, request: Request, circumstances: Circumstances): Input<O> {
  const { caller, signal, requestId } = circumstances
  const headers = request.headers ?? {}
  authorize(op, caller)
  const body = op.takes === 'json' ? valid(op.body, readBody(request), '/body') : undefined
  return {
    ...valid(op.params, request.params ?? {}, '/path'),
    ...valid(op.query, request.query ?? {}, '/query'),
    ...(body !== undefined && { body }),
    caller: caller ?? anyone,
    signal,
    requestId,
    accept: headers.accept,
    pipeline: headers['headgate-pipeline'],
    ifMatch: headers['if-match'],
    expected: op.precondition ? revision(headers['if-match']) : undefined,
    reading: { range: headers.range, ifRange: headers['if-range'], ifNoneMatch: headers['if-none-match'] },
    ...(op.takes === 'bytes' && {
      writing: { bytes: request.bytes ?? nothing(), ifNoneMatch: headers['if-none-match'] },
    }),
  } as unknown as Input<O>
}

function readBody({ body, headers }: Request): unknown {
  if (body === undefined || body === '') return undefined
  if (Buffer.byteLength(body) > bodyLimit) throw new Fault('too-large', `The body is larger than ${bodyLimit} bytes.`)
  const type = headers?.['content-type']
  if (type !== undefined && !/^application\/(json|[\w.-]+\+json)\s*(;|$)/i.test(type))
    throw new Fault('unsupported-media-type', 'The body must be JSON.', {
      hint: 'Send `Content-Type: application/json`.',
    })
  try {
    return JSON.parse(body)
  } catch (cause) {
    throw new Fault('invalid-request', 'The body is not JSON.', { cause })
  }
}

function revision(header: string | undefined): number | undefined {
  if (header === undefined)
    throw new Fault('precondition-required', 'The request must say which version it changes.', {
      hint: 'Read the thing first and send its ETag as `If-Match`, or `If-Match: *` to change whatever is there.',
    })
  if (header.trim() === '*') return undefined
  const match = /^(?:W\/)?"(\d{1,15})"$/.exec(header.trim())
  if (match === null) throw new Fault('precondition-failed', 'That If-Match is no ETag of this thing.')
  return Number(match[1])
}

function finish(op: Operation, { body, revision, etag = revision?.toString(), location }: Answer<unknown>): Reply {
  return {
    status: op.status,
    headers: {
      ...(op.status !== 204 && { 'content-type': 'application/json' }),
      ...(etag !== undefined && { etag: `"${etag}"` }),
      ...(location !== undefined && { location }),
    },
    body: op.status === 204 ? '' : JSON.stringify(op.reply.parse(body)),
  }
}

async function* nothing(): AsyncGenerator<Uint8Array> {}

/** Waits for the first chunk, so that what fails at once is a problem and not a broken stream. */
async function begin({ stream, headers, status }: Stream, op: Operation): Promise<Reply> {
  const chunks = stream[Symbol.asyncIterator]()
  let first: IteratorResult<Uint8Array> | undefined = await chunks.next()
  const body: AsyncIterableIterator<Uint8Array> = {
    async next() {
      const chunk = first ?? (await chunks.next())
      first = undefined
      return chunk
    },
    async return() {
      await chunks.return?.()
      return { done: true, value: undefined }
    },
    [Symbol.asyncIterator]: () => body,
  }
  return { status: status ?? op.status, headers, body }
}
