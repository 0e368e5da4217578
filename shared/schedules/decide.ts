import type { ScheduleRecord, ScheduleState } from '../domain/schedule.ts'
import { isEnded, type SnapshotRecord } from '../domain/snapshot.ts'
import { newSnapshot } from '../snapshots/new-snapshot.ts'
import { instant } from '../snapshots/pace.ts'
import { dueAfter } from './due.ts'
import { scheduledSnapshotId } from './scheduled-snapshot.ts'

/** So much later than it was due, a time counts as missed. */
export const onTimeMs = 10 * 60_000

/** Snapshots that one schedule makes up for, and that wait for one before, at most. */
export const atMost = 24

/** What there is to be done for a schedule now. */
export interface Decision {
  /** Records of snapshots that are not there yet; those without an end and not waiting are to be started. */
  readonly create: readonly SnapshotRecord[]
  /** The id of a snapshot that has waited, and whose turn it is: then that is all, and there may be more to be decided. */
  readonly release: string | null
  readonly cancel: readonly string[]
  readonly state: ScheduleState
  /** Times that were noticed too late, how many, and the first of them. */
  readonly missed: { readonly count: number; readonly first: number } | null
}

/**
 * What a schedule asks for at an instant, given how far it has come, the newest snapshots of its datasource with all that
 * have not ended, and the ids of those that are going of `others`, which are taken with it: a pure function, so that two
 * who ask at once decide alike. Whose turn has come is released before anything new is looked at.
 */
export function decide(
  { schedule, isPaused }: { readonly schedule: ScheduleRecord; readonly isPaused: boolean },
  state: ScheduleState,
  { runs, others }: { readonly runs: readonly SnapshotRecord[]; readonly others: readonly string[] },
  now: number,
): Decision {
  const going = runs.filter(({ state }) => !isEnded(state))
  const active = new Set([...going.filter(({ waits }) => !waits).map(({ id }) => id), ...others])
  const waiting = going.filter(({ waits }) => waits).map(({ id }) => id)
  waiting.sort()
  const after = (): Pick<ScheduleState, 'going' | 'waiting'> => ({
    going: [...active, ...waiting],
    waiting: waiting.length,
  })
  if (active.size === 0 && waiting.length > 0) {
    const release = waiting.shift()!
    active.add(release)
    return { create: [], release, cancel: [], missed: null, state: { ...state, ...after() } }
  }
  const { due, missed, count } = dueNow(schedule, Date.parse(state.until), now)
  const chosen = isPaused ? [] : choose(schedule, due, now)
  const known = new Set(runs.map(({ id }) => id))
  const [create, cancel]: [SnapshotRecord[], string[]] = [[], []]
  const queues = schedule.overlap === 'queue' || (schedule.catchUp === 'all' && chosen.length > 1)
  for (const time of chosen) {
    const id = scheduledSnapshotId(schedule, time)
    if (known.has(id)) continue
    const isFree = active.size === 0 && waiting.length === 0
    if (schedule.overlap === 'replace' && !queues && !isFree) cancel.push(...active, ...waiting.splice(0))
    const asked = { id, datasource: schedule.datasource, requestedBy: schedule.updatedBy, due: instant(time) }
    if (isFree || (schedule.overlap === 'replace' && !queues)) {
      active.add(id)
      create.push(newSnapshot(asked, now))
    } else if (queues && waiting.length < atMost) {
      waiting.push(id)
      create.push(newSnapshot({ ...asked, waits: true }, now))
    } else create.push(newSnapshot({ ...asked, ...passedOver, ended: instant(now) }, now))
  }
  const lastDue = due.at(-1)
  const lastChosen = chosen.at(-1)
  return {
    create,
    release: null,
    cancel,
    missed: missed === undefined || isPaused ? null : { count, first: missed },
    state: {
      until: lastDue === undefined ? state.until : instant(lastDue),
      last:
        lastDue === undefined
          ? state.last
          : { due: instant(lastDue), snapshot: lastChosen === lastDue ? scheduledSnapshotId(schedule, lastDue) : null },
      ...after(),
    },
  }
}

const passedOver = { state: 'skipped', phase: 'ended', because: 'overlap' } as const

/** The newest times that are due, and how many of all were missed. */
function dueNow(schedule: ScheduleRecord, until: number, now: number) {
  const due: number[] = []
  let missed: number | undefined
  let count = 0
  for (const time of dueAfter(schedule, until)) {
    if (time > now) break
    due.push(time)
    if (due.length > atMost) due.shift()
    if (now - time <= onTimeMs) continue
    missed ??= time
    count++
  }
  return { due, missed, count }
}

/** Which of them become snapshots. Of several that are not made up for one by one, the last counts. */
function choose({ catchUp }: ScheduleRecord, due: readonly number[], now: number): readonly number[] {
  if (catchUp === 'all') return due
  const last = due.slice(-1)
  return catchUp === 'last' ? last : last.filter((time) => now - time <= onTimeMs)
}
