import { Fault, isFault } from '../domain/faults.ts'
import { isEnded, type SnapshotRecord } from '../domain/snapshot.ts'
import type { Claim } from '../domain/work.ts'
import type { Change, Entry } from '../ports/catalog.ts'
import { snapshotsOf } from '../ports/dataset-records.ts'
import type { World } from '../ports/index.ts'
import { partitionsOf } from '../ports/work-records.ts'
import { datasourceOf } from './keys.ts'
import { instant, type Pace } from './pace.ts'
import { tellEnd } from './tell.ts'

/** A snapshot's record. Fault not-found. */
export async function findSnapshot(
  { catalog }: World<{ catalog: 'read' }>,
  id: string,
): Promise<Entry<SnapshotRecord>> {
  const entry = await catalog.get(snapshotsOf(datasourceOf(id)), id)
  if (entry === undefined) throw new Fault('not-found', `There is no snapshot ${JSON.stringify(id)}.`)
  return entry
}

/**
 * Takes the snapshot over: with an attempt number of its own, or where partitions of the attempt before are done already,
 * going on with that one. Undefined where there is nothing to do: it has ended, or a worker that lives is at it.
 */
export async function claimSnapshot(
  world: World<{ catalog: 'write' }>,
  id: string,
  { clock, staleMs, attempts }: Pace,
): Promise<Claim | undefined> {
  for (;;) {
    const { value: record, revision } = await findSnapshot(world, id)
    if (isEnded(record.state) || isAlive(record, clock.now(), staleMs)) return undefined
    const done = await countDone(world, id, record.attempt)
    const turn = (record.turn ?? 0) + 1
    const value: SnapshotRecord = record.cancelRequested
      ? { ...record, ...ended(instant(clock.now())), state: 'cancelled' }
      : done === 0
        ? newAttempt(record, clock.now(), attempts)
        : // each partition that is done is worth another worker
          turn > attempts + done
          ? { ...record, ...ended(instant(clock.now())), state: 'failed', error: diedTooOften(turn - 1) }
          : { ...record, state: 'running', phase: 'extracting', turn, heartbeat: instant(clock.now()) }
    if (await replaced(world, id, value, revision))
      return value.state === 'running' ? { snapshot: id, attempt: value.attempt } : undefined
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
    const { value: record, revision } = await findSnapshot(world, snapshot)
    if (!isHeld(record, attempt) || record.cancelRequested) return false
    const next = newAttempt(record, clock.now(), attempts)
    const value = next.state === 'failed' ? { ...next, error: toldFault(because) } : next
    if (await replaced(world, snapshot, value, revision)) return next.state === 'running'
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

/** A failure as records hold it: nothing of what nobody foresaw. */
export function toldFault(thrown: unknown): NonNullable<SnapshotRecord['error']> {
  const fault = thrown instanceof Fault ? thrown : new Fault('internal', 'Something broke on our side.')
  return { code: fault.code, detail: fault.detail, hint: fault.hint ?? null }
}

/** Whether a worker was seen at it within `staleMs`. */
export const isAlive = (record: SnapshotRecord, now: number, staleMs: number): boolean =>
  record.state === 'running' && record.heartbeat !== null && now - Date.parse(record.heartbeat) < staleMs

/**
 * Changes the record of a claimed snapshot, if the claim still holds. Undefined where it does not: the worker must stop and touch nothing.
 */
export async function changeRun(
  world: World<{ catalog: 'write' }>,
  { snapshot, attempt }: Claim,
  change: (record: SnapshotRecord) => Partial<SnapshotRecord>,
): Promise<SnapshotRecord | undefined> {
  for (;;) {
    const { value: record, revision } = await findSnapshot(world, snapshot)
    if (!isHeld(record, attempt)) return undefined
    const value = { ...record, ...change(record) }
    if (await replaced(world, snapshot, value, revision)) return value
  }
}

/** Whether the attempt is the one that may write. */
export const isHeld = (record: SnapshotRecord, attempt: number): boolean =>
  record.state === 'running' && record.attempt === attempt

/** What every ended snapshot has in common. */
export const ended = (now: string) => ({ phase: 'ended', ended: now, heartbeat: null, waits: false }) as const

/** The change that replaces a snapshot's record. */
export const replaceSnapshot = (id: string, value: SnapshotRecord, revision: number): Change => ({
  replace: snapshotsOf(datasourceOf(id)),
  id,
  value,
  revision,
})

/** Whether the replacement was made: not, where someone else was first. */
export async function replaced(
  { catalog }: World<{ catalog: 'write' }>,
  id: string,
  value: SnapshotRecord,
  revision: number,
): Promise<boolean> {
  try {
    await catalog.write([replaceSnapshot(id, value, revision), ...tellEnd(value)])
    return true
  } catch (thrown) {
    if (isFault(thrown, 'precondition-failed')) return false
    throw thrown
  }
}

const diedTooOften = (times: number): SnapshotRecord['error'] => ({
  code: 'internal',
  detail: `Its worker died ${times} times.`,
  hint: 'Take it again; if that dies too, select less.',
})
