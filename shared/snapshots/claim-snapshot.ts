import type { Fault } from '../domain/faults.ts'
import { isEnded, type SnapshotRecord } from '../domain/snapshot.ts'
import type { Claim } from '../domain/work.ts'
import type { World } from '../ports/index.ts'
import { partitionsOf } from '../ports/work-records.ts'
import { instant, type Pace } from './pace.ts'
import { ended, isAlive, isHeld, replacedTogether, toldFault } from './run-record.ts'
import { claimsOf, findTogether, withEach } from './together.ts'

/**
 * Takes the snapshot over, and those that are taken with it: with an attempt number of its own, or where partitions of
 * the attempt before are done already, going on with that one. Undefined where there is nothing to do: it has ended, or a
 * worker that lives is at it.
 */
export async function claimSnapshot(
  world: World<{ catalog: 'write' }>,
  id: string,
  { clock, staleMs, attempts }: Pace,
): Promise<readonly [Claim, ...Claim[]] | undefined> {
  for (;;) {
    const before = await findTogether(world, id)
    const [{ value: first }] = before
    if (isEnded(first.state) || isAlive(first, clock.now(), staleMs)) return undefined
    const counts = await Promise.all(before.map(({ id, value }) => countDone(world, id, value.attempt)))
    const done = counts.reduce((sum, count) => sum + count, 0)
    const next = (record: SnapshotRecord): SnapshotRecord => {
      const turn = (record.turn ?? 0) + 1
      if (record.cancelRequested) return { ...record, ...ended(instant(clock.now())), state: 'cancelled' }
      if (done === 0) return newAttempt(record, clock.now(), attempts)
      // each partition that is done is worth another worker
      return turn > attempts + done
        ? { ...record, ...ended(instant(clock.now())), state: 'failed', error: diedTooOften(turn - 1) }
        : { ...record, state: 'running', phase: 'extracting', turn, heartbeat: instant(clock.now()) }
    }
    const after = withEach(before, next)
    if (await replacedTogether(world, after)) return after[0].value.state === 'running' ? claimsOf(after) : undefined
  }
}

/**
 * Gives up the attempt and everything that it has copied, and begins another one: false where the claim is lost, or the
 * snapshot has ended because that was one attempt too many; then `because` is what it failed with.
 */
export async function beginAnew(
  world: World<{ catalog: 'write' }>,
  { snapshot, attempt }: Claim,
  because: Fault,
  { clock, attempts }: Pace,
): Promise<boolean> {
  for (;;) {
    const before = await findTogether(world, snapshot)
    if (before.some(({ value }) => !isHeld(value, attempt) || value.cancelRequested)) return false
    const after = withEach(before, (record) => {
      const next = newAttempt(record, clock.now(), attempts)
      return next.state === 'failed' ? { ...next, error: toldFault(because) } : next
    })
    if (await replacedTogether(world, after)) return after[0].value.state === 'running'
  }
}

function newAttempt(record: SnapshotRecord, nowMs: number, attempts: number): SnapshotRecord {
  const now = instant(nowMs)
  const attempt = record.attempt + 1
  if (attempt > attempts) return { ...record, ...ended(now), state: 'failed', error: diedTooOften(record.attempt) }
  return {
    ...record,
    state: 'running',
    phase: 'planning',
    attempt,
    turn: 1,
    heartbeat: now,
    started: record.started ?? now,
    rows: 0,
    bytes: 0,
    percent: null,
    progress: undefined,
  }
}

/** Partitions of an attempt that are done. */
async function countDone({ catalog }: World<{ catalog: 'read' }>, snapshot: string, attempt: number): Promise<number> {
  if (attempt === 0) return 0
  const { entries } = await catalog.list(partitionsOf({ snapshot, attempt }), { limit: 1000 })
  return entries.filter(({ value }) => value.state === 'done').length
}

const diedTooOften = (times: number): SnapshotRecord['error'] => ({
  code: 'internal',
  detail: `Its worker died ${times} times.`,
  hint: 'Take it again; if that dies too, select less.',
})
