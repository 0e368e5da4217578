import type { UseCase } from '../api/operation.ts'
import type * as api from '../api/schedules.ts'
import { scheduleStates } from '../ports/schedule-records.ts'
import { findSchedule } from './find-schedule.ts'
import { showSchedule } from './show-schedule.ts'

export const getSchedule: UseCase<typeof api.getSchedule> = async ({ catalog }, { name }) => {
  const { id, value, revision } = await findSchedule(catalog, name)
  const state = (await catalog.get(scheduleStates, id))?.value
  return { body: await showSchedule(catalog, value, state, Date.now()), revision }
}
