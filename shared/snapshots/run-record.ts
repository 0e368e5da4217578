import { Fault, isFault } from '../domain/faults.ts'
import { isEnded, type SnapshotRecord } from '../domain/snapshot.ts'
import type { Change, Entry } from '../ports/catalog.ts'
import { snapshotsOf } from '../ports/dataset-records.ts'
import type { World } from '../ports/index.ts'
import { datasourceOf } from './keys.ts'
import { instant, type Pace } from './pace.ts'
import { tellEnd } from './tell.ts'

/** The right to work at a snapshot: good for as long as the record has this attempt. */
export interface Claim {
  readonly snapshot: string
  readonly attempt: number
}

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
 * Takes the snapshot over, with an attempt number of its own. Undefined where there is nothing to do: it has ended, or
 * a worker that lives is at it.
 */
export async function claimSnapshot(
  world: World<{ catalog: 'write' }>,
  id: string,
  { clock, staleMs, attempts }: Pace,
): Promise<Claim | undefined> {
  for (;;) {
    const { value: record, revision } = await findSnapshot(world, id)
    if (isEnded(record.state) || isAlive(record, clock.now(), staleMs)) return undefined
    const now = instant(clock.now())
    const attempt = record.attempt + 1
    const value: SnapshotRecord = record.cancelRequested
      ? { ...record, ...ended(now), state: 'cancelled' }
      : attempt > attempts
        ? { ...record, ...ended(now), state: 'failed', error: diedTooOften(record.attempt) }
        : {
            ...record,
            state: 'running',
            phase: 'planning',
            attempt,
            heartbeat: now,
            started: record.started ?? now,
            rows: 0,
            bytes: 0,
            percent: null,
          }
    if (await replaced(world, id, value, revision))
      return value.state === 'running' ? { snapshot: id, attempt } : undefined
  }
}

/** Whether a worker was seen at it within `staleMs`. */
export const isAlive = (record: SnapshotRecord, now: number, staleMs: number): boolean =>
  record.state === 'running' && record.heartbeat !== null && now - Date.parse(record.heartbeat) < staleMs

/**
 * Changes the record of a claimed snapshot, and makes `also` in the same transaction, if the claim still holds.
 * Undefined where it does not: the worker must stop and touch nothing.
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
