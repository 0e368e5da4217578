import { isFault } from '../domain/faults.ts'
import type { ScheduleRecord, ScheduleState } from '../domain/schedule.ts'
import { isEnded, type SnapshotRecord } from '../domain/snapshot.ts'
import type { Change, Entry } from '../ports/catalog.ts'
import { datasources, snapshotsOf } from '../ports/dataset-records.ts'
import type { World } from '../ports/index.ts'
import { scheduleStates, schedules } from '../ports/schedule-records.ts'
import { datasourceOf } from '../snapshots/keys.ts'
import { creating } from '../snapshots/new-snapshot.ts'
import { instant } from '../snapshots/pace.ts'
import { requestCancel } from '../snapshots/request-cancel.ts'
import { tell } from '../snapshots/tell.ts'
import { beginning, releasing } from './beginning.ts'
import { type Decision, decide } from './decide.ts'
import { nextDue } from './due.ts'
import { scheduledGroupId } from './scheduled-snapshot.ts'

type Waking = World<{ catalog: 'write'; runs: 'start'; schedules: 'set' }>

/** Of a datasource so many of the newest snapshots are looked at, and those that were going before. */
const newest = 100

/** A snapshot whose start was lost is started again after so long. */
const lostAfterMs = 60_000

/** While snapshots wait, the end of the one before is looked for at least so often. */
const lookAgainMs = 5 * 60_000

/**
 * Does what the schedule of a datasource asks for at an instant, and has itself woken for the next. Woken twice, early
 * or late it does the same: what was dealt with is in its state, and a due time names its snapshot.
 */
export async function wakeSchedule(world: Waking, name: string, now: number = Date.now()): Promise<readonly string[]> {
  const start = new Set<string>()
  for (;;) {
    const found = await find(world, name)
    if (found === undefined) {
      await world.schedules.clear(name)
      break
    }
    const { schedule, state, isPaused } = found
    const entries = await findRuns(world, schedule, state.value)
    const runs = entries.filter(({ value }) => value.datasource === name).map(({ value }) => value)
    const others = entries.filter(({ value }) => value.datasource !== name && isActive(value)).map(({ id }) => id)
    const decision = decide({ schedule, isPaused }, state.value, { runs, others }, now)
    // first, so that a death before the rest has it done again
    for (const id of decision.cancel) await cancelled(world, id)
    const released = entries.find(({ id }) => id === decision.release)
    if (
      !(await written(world, [
        ...changed(name, state, decision.state),
        ...decision.create.flatMap((record) => (isActive(record) ? beginning(found, record, now) : creating(record))),
        ...(released ? releasing(found, released, now) : []),
        ...tellMissed(schedule, decision, now),
      ]))
    )
      continue
    for (const { id } of decision.create.filter(isActive)) start.add(id)
    for (const { id } of runs.filter((run) => isLost(schedule, run, now))) start.add(id)
    if (released) {
      start.add(released.id)
      continue
    }
    await setNext(world, schedule, decision.state, now)
    break
  }
  for (const id of start) await world.runs.start(id)
  return [...start]
}

const isActive = ({ state, waits }: SnapshotRecord): boolean => !isEnded(state) && !waits

/** Whether nobody has begun what the schedule had started. A group that another one takes is no matter of it. */
function isLost(schedule: ScheduleRecord, run: SnapshotRecord, now: number): boolean {
  const { due, group, attempt, requested } = run
  const isOwn = due !== null && (group === null || group === scheduledGroupId(schedule, Date.parse(due)))
  return isOwn && isActive(run) && attempt === 0 && now - Date.parse(requested) >= lostAfterMs
}

async function find({ catalog }: Waking, name: string) {
  const [schedule, state] = await Promise.all([catalog.get(schedules, name), catalog.get(scheduleStates, name)])
  if (schedule === undefined || state === undefined) return undefined
  const [datasource, ...others] = await Promise.all(
    [name, ...schedule.value.with].map((each) => catalog.get(datasources, each)),
  )
  if (datasource === undefined) return undefined
  const isPaused = schedule.value.paused || [datasource, ...others].some((each) => each?.value.paused)
  return { schedule: schedule.value, connector: datasource.value.connector, state, isPaused }
}

/** The newest snapshots of all that it takes, and those that were going before. */
async function findRuns({ catalog }: Waking, schedule: ScheduleRecord, { going }: ScheduleState) {
  const named = [schedule.datasource, ...schedule.with]
  const page = { limit: newest, descending: true }
  const entries = (await Promise.all(named.map((name) => catalog.list(snapshotsOf(name), page)))).flatMap(
    ({ entries }) => entries,
  )
  const before = going.filter((id) => entries.every((entry) => entry.id !== id))
  const found = await Promise.all(before.map((id) => catalog.get(snapshotsOf(datasourceOf(id)), id)))
  return [...entries, ...found.filter((entry) => entry !== undefined)]
}

function changed(id: string, { value: before, revision }: Entry<ScheduleState>, value: ScheduleState): Change[] {
  return JSON.stringify(before) === JSON.stringify(value) ? [] : [{ replace: scheduleStates, id, value, revision }]
}

/** A time counts as missed when it is noticed so late, whether or not it is made up for then. */
function tellMissed({ datasource }: ScheduleRecord, { missed, create }: Decision, now: number): Change[] {
  if (missed === null) return []
  const taken = create.filter(({ state }) => state === 'pending').map(({ id }) => id)
  return [tell('schedule.late', datasource, { missed: missed.count, first: instant(missed.first), taken }, now)]
}

/** Whether the changes were made: not, where someone else was first. */
async function written({ catalog }: Waking, changes: readonly Change[]): Promise<boolean> {
  try {
    if (changes.length > 0) await catalog.write(changes)
    return true
  } catch (thrown) {
    if (isFault(thrown, 'conflict') || isFault(thrown, 'precondition-failed') || isFault(thrown, 'not-found'))
      return false
    throw thrown
  }
}

async function cancelled(world: Waking, id: string): Promise<void> {
  try {
    await requestCancel(world, id)
  } catch (thrown) {
    if (!isFault(thrown, 'conflict')) throw thrown
  }
}

/** Has the schedule woken when it is due next, and where snapshots wait, soon. */
export async function setNext(
  world: World<{ schedules: 'set' }>,
  schedule: ScheduleRecord,
  { waiting, until }: ScheduleState,
  now: number,
): Promise<void> {
  const next = schedule.paused ? undefined : nextDue(schedule, Math.max(Date.parse(until), now), 1)[0]
  const at = Math.min(next ?? Number.POSITIVE_INFINITY, waiting > 0 ? now + lookAgainMs : Number.POSITIVE_INFINITY)
  if (at === Number.POSITIVE_INFINITY) await world.schedules.clear(schedule.datasource)
  else await world.schedules.set(schedule.datasource, at)
}
