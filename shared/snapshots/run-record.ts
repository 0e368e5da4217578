import { Fault, isFault } from '../domain/faults.ts'
import { isEnded, type SnapshotRecord } from '../domain/snapshot.ts'
import type { Claim } from '../domain/work.ts'
import type { Change, Entry } from '../ports/catalog.ts'
import { snapshotsOf } from '../ports/dataset-records.ts'
import type { World } from '../ports/index.ts'
import { datasourceOf } from './keys.ts'
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
  value: isEnded(value.state) ? { ...value, progress: progressAtEnd(value) } : value,
  revision,
})

/** How far the partitions of a snapshot were when it ended: nobody is at them any more, and of a version all are done. */
const progressAtEnd = ({ state, progress }: SnapshotRecord): SnapshotRecord['progress'] =>
  progress && {
    ...progress,
    done: state === 'done' ? progress.partitions : progress.done,
    running: [],
    secondsLeft: null,
  }

/** Whether the replacement was made: not, where someone else was first. */
export const replaced = (
  world: World<{ catalog: 'write' }>,
  id: string,
  value: SnapshotRecord,
  revision: number,
): Promise<boolean> => replacedTogether(world, [{ id, value, revision }])

/** Whether all of these were replaced, each found at its revision: otherwise none was. */
export async function replacedTogether(
  { catalog }: World<{ catalog: 'write' }>,
  records: readonly Entry<SnapshotRecord>[],
): Promise<boolean> {
  try {
    await catalog.write(
      records.flatMap(({ id, value, revision }) => [replaceSnapshot(id, value, revision), ...tellEnd(value)]),
    )
    return true
  } catch (thrown) {
    if (isFault(thrown, 'precondition-failed')) return false
    throw thrown
  }
}
