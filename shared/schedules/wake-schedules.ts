import type { ScheduleRecord, ScheduleState } from '../domain/schedule.ts'
import type { World } from '../ports/index.ts'
import { scheduleStates, schedules } from '../ports/schedule-records.ts'
import { nextDue } from './due.ts'
import { wakeSchedule } from './wake-schedule.ts'

export interface WakingAll {
  /** Those alone that should have been woken so long ago, milliseconds; without it, every one. */
  readonly overdueMs?: number
  readonly now?: number
  /** Told of a schedule that could not be woken: the others are. */
  readonly onFailure: (datasource: string, thrown: unknown) => void
}

/** Wakes schedules whose time came while nobody woke them: where a process begins, and now and then. */
export async function wakeSchedules(
  world: World<{ catalog: 'write'; runs: 'start'; schedules: 'set' }>,
  { overdueMs, now = Date.now(), onFailure }: WakingAll,
): Promise<{ readonly woken: number }> {
  let woken = 0
  const isOverdue = async (schedule: ScheduleRecord) => {
    if (overdueMs === undefined) return true
    const state = (await world.catalog.get(scheduleStates, schedule.datasource))?.value
    return state === undefined || isLate(schedule, state, now - overdueMs)
  }
  for (let after: string | undefined; ; ) {
    const page = await world.catalog.list(schedules, { limit: 1000, ...(after !== undefined && { after }) })
    for (const { id, value } of page.entries)
      try {
        if (!(await isOverdue(value))) continue
        await wakeSchedule(world, id, now)
        woken++
      } catch (thrown) {
        onFailure(id, thrown)
      }
    if (page.next === null) return { woken }
    after = page.next
  }
}

const isLate = (schedule: ScheduleRecord, { until, waiting }: ScheduleState, then: number): boolean => {
  const [next = Number.POSITIVE_INFINITY] = schedule.paused ? [] : nextDue(schedule, Date.parse(until), 1)
  return waiting > 0 || next <= then
}
