import { Fault, isFault } from '../domain/faults.ts'
import type { Claim, PartitionRecord, PartitionWork } from '../domain/work.ts'
import type { Change, Entry } from '../ports/catalog.ts'
import type { World } from '../ports/index.ts'
import { partitionsOf, resultsOf, workExpires } from '../ports/work-records.ts'
import type { Continuation } from './continue-version.ts'
import { type Elsewhere, keepLarge, readLarge } from './keep-large.ts'
import { partitionId, resultKey } from './keys.ts'
import type { Pace } from './pace.ts'
import type { Plan } from './plan-snapshot.ts'
import { findSnapshot, isHeld } from './run-record.ts'

/** The right to a partition: good for as long as nobody has begun it again. */
export interface Trial {
  readonly tries: number
  /** Shows that the worker lives, and how far it is. Fault conflict where another one is at it. */
  show(progress: { readonly rows: number; readonly bytes: number }): Promise<void>
  /** Keeps what the partition became: once. */
  finish(copied: Continuation): Promise<void>
  /** Lets another one begin it at once. */
  fail(): Promise<void>
}

/**
 * Takes the partition over from who is gone, and waits for who is at it. Undefined where it is done. Faults: conflict
 * where the attempt is given up, internal where the partition has ended its workers too often.
 */
export async function beginPartition(
  world: World<{ catalog: 'write'; objects: 'write' }>,
  { claim, partition, time }: PartitionWork,
  { prefix, partitions }: Plan,
  { signal, pace: { clock, staleMs, heartbeatMs, tries: triesAtMost } }: { signal: AbortSignal; pace: Pace },
): Promise<Trial | undefined> {
  const records = partitionsOf(claim)
  const id = partitionId(partition)
  const change = async (before: Entry<PartitionRecord> | undefined, value: PartitionRecord, more: Change[] = []) => {
    const at = { id, value, expires: workExpires() }
    const one: Change =
      before === undefined ? { create: records, ...at } : { replace: records, ...at, revision: before.revision }
    await world.catalog.write([one, ...more])
    return { id, revision: (before?.revision ?? 0) + 1, value }
  }

  let own: Entry<PartitionRecord> | undefined
  while (own === undefined) {
    const now = clock.now()
    const found = await world.catalog.get(records, id)
    if (found?.value.state === 'done') return undefined
    if (!isHeld((await findSnapshot(world, claim.snapshot)).value, claim.attempt)) throw lost()
    const isFree = found === undefined || found.value.state === 'failed'
    if (isFree || time > found.value.tries || now - found.value.seen >= staleMs) {
      const tries = (found?.value.tries ?? 0) + 1
      if (tries > triesAtMost)
        throw new Fault('internal', `Partition ${partition} ended ${triesAtMost} workers.`, {
          hint: 'Take the snapshot again; if that fails too, select less.',
        })
      try {
        own = await change(found, { state: 'running', tries, begun: now, seen: now, rows: 0, bytes: 0 })
      } catch (thrown) {
        if (!isFault(thrown, 'conflict') && !isFault(thrown, 'precondition-failed')) throw thrown
      }
    } else await clock.sleep(heartbeatMs, signal)
  }

  const replace = async (value: Partial<PartitionRecord>, more?: Change[]) => {
    try {
      own = await change(own, { ...own!.value, seen: clock.now(), ...value }, more)
    } catch (thrown) {
      // a change that was told as failed may have been made
      const found = await world.catalog.get(records, id)
      if (found?.value.tries !== own!.value.tries) throw lost(thrown)
      own = found
      if (found.value.state === 'running') throw thrown
    }
  }
  const { tries } = own.value
  return {
    tries,
    show: (progress) => replace(progress),
    async finish(copied) {
      const of = { partitions: partitions.length, partition, tries }
      const result = await keepLarge(world, resultKey(prefix, of), copied)
      const parts = copied.extracted.flatMap((each) => each.parts)
      const rows = parts.reduce((sum, part) => sum + part.rows, 0)
      const bytes = parts.reduce((sum, part) => sum + part.bytes, 0)
      const create = { create: resultsOf(claim), id, value: result, expires: workExpires() }
      await replace({ state: 'done', rows, bytes }, [create])
    },
    fail: () => replace({ state: 'failed' }),
  }
}

/** What the partitions of an attempt became, in their order. Fault internal where one is not done. */
export async function readResults(
  { catalog, objects }: World<{ catalog: 'read'; objects: 'read' }>,
  claim: Claim,
  count: number,
): Promise<Continuation[]> {
  const results: Continuation[] = []
  for (let after: string | undefined; ; ) {
    const page = await catalog.list(resultsOf(claim), { limit: 100, ...(after !== undefined && { after }) })
    for (const { value } of page.entries) results.push(await readLarge({ objects }, value as Continuation | Elsewhere))
    if (page.next === null) break
    after = page.next
  }
  if (results.length !== count) throw new Fault('internal', `${results.length} of ${count} partitions are done.`)
  return results
}

/** The places of the partitions that are not done. */
export async function listLeft({ catalog }: World<{ catalog: 'read' }>, claim: Claim, count: number) {
  const { entries } = await catalog.list(partitionsOf(claim), { limit: 1000 })
  const done = new Set(entries.filter(({ value }) => value.state === 'done').map(({ id }) => id))
  return Array.from({ length: count }, (_, partition) => partition).filter((each) => !done.has(partitionId(each)))
}

const lost = (cause?: unknown): Fault =>
  new Fault('conflict', 'Another worker is at this partition, or the attempt was given up.', { cause })
