import { Name } from '../../shared/domain/connector.ts'
import type { ScheduleRecord } from '../../shared/domain/schedule.ts'
import { isEnded, type SnapshotRecord } from '../../shared/domain/snapshot.ts'
import { datasources, snapshotsOf } from '../../shared/ports/dataset-records.ts'
import { scheduleStates, schedules } from '../../shared/ports/schedule-records.ts'
import { wakeSchedule } from '../../shared/schedules/wake-schedule.ts'
import { ended, replaceSnapshot } from '../../shared/snapshots/run-record.ts'
import { labDatasource } from '../snapshots/lab-source.ts'
import { memoryCatalog } from '../snapshots/memory-ports.ts'
import { memorySchedules } from '../support/memory-schedules.ts'

export const minuteMs = 60_000
export const begun = Date.parse('2026-03-01T00:00:00Z')

/** A schedule of the datasource `numbers` in a catalog of memory, where snapshots are started and end when a test says so. */
export async function wakingWorld(more: Partial<ScheduleRecord> = {}) {
  const catalog = memoryCatalog()
  const started: string[] = []
  const waker = memorySchedules()
  const at = new Date(begun).toISOString()
  const schedule: ScheduleRecord = {
    uid: 'sch_one',
    datasource: Name.parse('numbers'),
    with: [],
    timeZone: 'UTC',
    ...(more.cron === undefined && more.at === undefined && { every: '15m', from: at }),
    catchUp: 'last',
    overlap: 'skip',
    paused: false,
    created: at,
    updated: at,
    createdBy: 'ada',
    updatedBy: 'ada',
    ...more,
  }
  await catalog.write([
    ...[schedule.datasource, ...schedule.with].map((name) => ({
      create: datasources,
      id: name,
      value: { ...labDatasource(), name },
    })),
    { create: schedules, id: 'numbers', value: schedule },
    { create: scheduleStates, id: 'numbers', value: { until: at, last: null, going: [], waiting: 0 } },
  ])
  const world = {
    catalog,
    runs: {
      start: async (id: string) => {
        started.push(id)
      },
    },
    schedules: waker,
  }
  const snapshots = async (of = 'numbers'): Promise<SnapshotRecord[]> => {
    const { entries } = await catalog.list(snapshotsOf(of), { limit: 1000 })
    return entries.map(({ value }) => value)
  }
  return {
    world,
    schedule,
    started,
    /** What is set for the schedule, milliseconds since 1970. */
    next: () => waker.at.get('numbers'),
    wake: (minutes: number) => wakeSchedule(world, 'numbers', begun + minutes * minuteMs),
    snapshots,
    /** Ends every snapshot that is begun or could be. */
    async finish() {
      for (const of of [schedule.datasource, ...schedule.with])
        for (const value of await snapshots(of)) {
          if (isEnded(value.state) || value.waits) continue
          const entry = (await catalog.get(snapshotsOf(of), value.id))!
          const done: SnapshotRecord = { ...entry.value, ...ended(at), state: 'done' }
          await catalog.write([replaceSnapshot(value.id, done, entry.revision)])
        }
    },
    /** What became of each due time, in minutes after the beginning. */
    async became(of = 'numbers') {
      return (await snapshots(of)).map(({ due, state, waits }) => [
        (Date.parse(due!) - begun) / minuteMs,
        waits ? 'waits' : state,
      ])
    },
  }
}
