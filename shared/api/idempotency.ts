import { createHash } from 'node:crypto'
import * as z from 'zod'
import type { Caller } from '../domain/caller.ts'
import { Fault, isFault } from '../domain/faults.ts'
import type { Collection } from '../ports/catalog.ts'
import type { World } from '../ports/index.ts'
import type { Operation } from './operation.ts'
import type { Reply, Request } from './perform.ts'

const Remembered = z.object({
  request: z.string(),
  /** Null while the first request is still at work. */
  reply: z.object({ status: z.int(), headers: z.record(z.string(), z.string()), body: z.string() }).nullable(),
  /** Milliseconds since 1970 after which a claim without a reply is taken for dead. */
  claimedUntil: z.number(),
})

/** By a digest of caller, operation and key. */
export const remembered: Collection<z.infer<typeof Remembered>> = { path: 'idempotency', schema: Remembered }

const rememberSeconds = 24 * 3600
const claimMs = 60_000

interface Once {
  readonly op: Operation
  readonly key: string
  readonly input: { readonly caller: Caller }
  readonly request: Request
}

/**
 * Runs what makes something once for one caller, operation and key: the same request again is given the first one's
 * reply for 24 hours. A failure is forgotten, so that it can be tried again.
 */
export async function once(
  { catalog }: World<{ catalog: 'write' }>,
  { op, key, input, request }: Once,
  run: () => Promise<Reply>,
): Promise<Reply> {
  if (!/^[\x21-\x7e]{1,200}$/.test(key))
    throw new Fault('invalid-request', 'The Idempotency-Key must be 1 to 200 visible ASCII characters.')
  const id = digest([input.caller.id, op.method, op.path, key])
  const claim = {
    request: digest([JSON.stringify(request.params ?? {}), JSON.stringify(request.query ?? {}), request.body ?? '']),
    reply: null,
    claimedUntil: Date.now() + claimMs,
  }
  const expires = Math.floor(Date.now() / 1000) + rememberSeconds
  let revision = 1
  try {
    await catalog.write([{ create: remembered, id, value: claim, expires }])
  } catch (thrown) {
    if (!isFault(thrown, 'conflict')) throw thrown
    const found = await catalog.get(remembered, id)
    if (found === undefined) throw new Fault('busy', 'Another request with this key is ending.', { retryAfter: 1 })
    if (found.value.request !== claim.request)
      throw new Fault('conflict', 'This Idempotency-Key was used for another request.', {
        hint: 'Use a new key for a new request.',
      })
    if (found.value.reply !== null) return found.value.reply
    if (found.value.claimedUntil > Date.now())
      throw new Fault('busy', 'The first request with this key is still at work.', { retryAfter: 2 })
    await catalog.write([{ replace: remembered, id, value: claim, revision: found.revision, expires }])
    revision = found.revision + 1
  }
  try {
    const reply = await run()
    await catalog.write([{ replace: remembered, id, value: { ...claim, reply }, revision, expires }])
    return reply
  } catch (thrown) {
    await catalog.write([{ delete: remembered, id }])
    throw thrown
  }
}

const digest = (parts: readonly string[]): string => createHash('sha256').update(JSON.stringify(parts)).digest('hex')
