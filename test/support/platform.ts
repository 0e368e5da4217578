import { parseAllow } from '../../shared/adapters/egress/allow.ts'
import { createEgress } from '../../shared/adapters/egress.ts'
import { createSources } from '../../shared/adapters/sources.ts'
import { operations } from '../../shared/api/index.ts'
import type { Operation, UseCase } from '../../shared/api/operation.ts'
import { type Circumstances, perform, type Reply, type Request } from '../../shared/api/perform.ts'
import { router } from '../../shared/api/route.ts'
import type { AnyKind } from '../../shared/connectors/kind.ts'
import type { Caller, Role } from '../../shared/domain/caller.ts'
import type { Runs } from '../../shared/ports/runs.ts'
import * as usecases from '../../shared/usecases/index.ts'
import { memorySchedules } from './memory-schedules.ts'
import { localWorld } from './world.ts'

const runs: Readonly<Record<string, unknown>> = usecases

export interface Said {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly text: string
  // biome-ignore lint/suspicious/noExplicitAny: a test reads whatever the reply holds
  readonly json: any
}

export interface CallOptions {
  readonly role?: Role
  readonly caller?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: unknown
  readonly bytes?: Uint8Array | AsyncIterable<Uint8Array>
  /** Nobody is signed in. */
  readonly nobody?: boolean
  readonly from?: string
  readonly audit?: Circumstances['audit']
  readonly onFault?: Circumstances['onFault']
  /** Everything else that is known of the caller. */
  readonly as?: Partial<Caller>
  readonly signal?: AbortSignal
}

/** The platform on a temporary folder, called as a transport would: `call('GET', '/v1/sources?limit=1')`. */
export async function testPlatform(at: { kinds: readonly AnyKind[]; allow?: string; runs?: Runs }) {
  const stores = await localWorld()
  const egress = createEgress({ allow: parseAllow(at.allow ?? '') })
  const sources = createSources({ ...stores, egress, kinds: at.kinds })
  const started: string[] = []
  const collecting: Runs = {
    async start(id) {
      started.push(id)
    },
  }
  const exports = { start: async () => {} }
  const world = { ...stores, sources, runs: at.runs ?? collecting, exports, schedules: memorySchedules() }
  const route = router(operations)

  async function send(method: string, target: string, options: CallOptions = {}): Promise<Reply> {
    const url = new URL(target, 'http://platform.test')
    const { id, op, params } = route(method, url.pathname)
    const request: Request = {
      params,
      query: Object.fromEntries(url.searchParams),
      headers: options.headers ?? {},
      ...(options.body !== undefined && { body: JSON.stringify(options.body) }),
      ...(options.bytes !== undefined && { bytes: chunksOf(options.bytes) }),
    }
    return perform(op as Operation, runs[id] as UseCase<Operation>, world as never, request, {
      caller: options.nobody
        ? undefined
        : { id: options.caller ?? 'ada', role: options.role ?? 'admin', ...options.as },
      signal: options.signal ?? new AbortController().signal,
      requestId: 'test',
      ...(options.from !== undefined && { from: options.from }),
      ...(options.audit && { audit: options.audit }),
      ...(options.onFault && { onFault: options.onFault }),
    })
  }

  async function call(method: string, target: string, options: CallOptions = {}): Promise<Said> {
    const { status, headers, body } = await send(method, target, options)
    const text = typeof body === 'string' ? body : Buffer.concat(await Array.fromAsync(body)).toString()
    return {
      status,
      headers,
      text,
      json: /^application\/(problem\+)?json$/.test(headers['content-type'] ?? '') ? JSON.parse(text) : undefined,
    }
  }

  return { world, folder: stores.folder, started, send, call, dispose: stores.dispose }
}

async function* chunksOf(bytes: Uint8Array | AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  if (bytes instanceof Uint8Array) yield bytes
  else yield* bytes
}
