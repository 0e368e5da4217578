import * as z from 'zod'
import { wakeSchedule } from '../shared/schedules/wake-schedule.ts'
import { job } from './job.ts'
import { log } from './log.ts'
import { catalog } from './world/catalog.ts'
import { runs } from './world/runs.ts'
import { schedules } from './world/schedules.ts'

const Event = z.object({ id: z.string() })

/**
 * What EventBridge Scheduler invokes when a schedule is due. It may come twice, late, or not at all: what is due is read
 * from the schedule's record, and the tidying looks after those that were not woken.
 */
export const handler = job(async (event: unknown): Promise<void> => {
  const { id } = Event.parse(event)
  const started = await wakeSchedule({ catalog: catalog(), runs: runs(), schedules: schedules() }, id)
  log('info', 'Woke a schedule', { datasource: id, started })
})
