import type { Name } from '../domain/connector.ts'
import type { ScheduleRecord } from '../domain/schedule.ts'
import type { SnapshotRecord } from '../domain/snapshot.ts'
import type { Change, Entry } from '../ports/catalog.ts'
import { groupOf } from '../snapshots/group-of.ts'
import { creating, newSnapshot } from '../snapshots/new-snapshot.ts'
import { replaceSnapshot } from '../snapshots/run-record.ts'
import { scheduledGroupId, scheduledSnapshotId } from './scheduled-snapshot.ts'

interface Taken {
  readonly schedule: ScheduleRecord
  /** That of the schedule's datasource. */
  readonly connector: Name
}

/** What has a new snapshot begin: where others are taken with it, as a group. */
export function beginning(taken: Taken, record: SnapshotRecord, now: number): readonly Change[] {
  const { first, others } = joined(taken, record, now)
  return [...creating(first), ...others]
}

/** The same of one that has waited: it is a group no sooner. */
export function releasing(
  taken: Taken,
  { id, value, revision }: Entry<SnapshotRecord>,
  now: number,
): readonly Change[] {
  const { first, others } = joined(taken, { ...value, waits: false }, now)
  return [replaceSnapshot(id, first, revision), ...others]
}

function joined(
  { schedule, connector }: Taken,
  first: SnapshotRecord,
  now: number,
): { readonly first: SnapshotRecord; readonly others: readonly Change[] } {
  if (schedule.with.length === 0) return { first, others: [] }
  const { requestedBy, due } = first
  const time = Date.parse(due!)
  const rest = schedule.with.map((datasource) =>
    newSnapshot({ id: scheduledSnapshotId(schedule, time, datasource), datasource, requestedBy, due }, now),
  )
  const whole = { id: scheduledGroupId(schedule, time), connector, snapshots: [first, ...rest] } as const
  const { group, change } = groupOf(whole, now)
  const [head, ...tail] = group.snapshots
  return { first: head!, others: [change, ...tail.flatMap(creating)] }
}
