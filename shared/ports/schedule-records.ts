import * as z from 'zod'
import { ScheduleRecord, ScheduleState } from '../domain/schedule.ts'
import { asItIs, type Collection } from './catalog.ts'

/** By the name of the datasource. */
export const schedules: Collection<ScheduleRecord> = { path: 'schedules', schema: ScheduleRecord, steps: [asItIs] }

/** By the name of the datasource. */
export const scheduleStates: Collection<ScheduleState> = { path: 'schedule-states', schema: ScheduleState }

/** One record, `all`: how many schedules each caller has made. */
export const scheduleCounts: Collection<{ readonly byCaller: Readonly<Record<string, number>> }> = {
  path: 'schedule-counts',
  schema: z.object({ byCaller: z.record(z.string(), z.int()) }),
}
