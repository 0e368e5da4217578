import type { UseCase } from '../api/operation.ts'
import type * as api from '../api/schedules.ts'
import { scheduleStates, schedules } from '../ports/schedule-records.ts'
import { inWords } from '../schedules/words.ts'
import { takes } from './find-schedule.ts'
import { listPage } from './list-page.ts'
import { lastTime, nextTimes } from './show-schedule.ts'

export const listSchedules: UseCase<typeof api.listSchedules> = async ({ catalog }, { limit, cursor, datasource }) => {
  const now = Date.now()
  const { entries, next } = await listPage(
    catalog,
    schedules,
    { limit, cursor },
    ({ value }) => datasource === undefined || takes(value, datasource),
  )
  const items = await Promise.all(
    entries.map(async ({ id, value }) => {
      const state = (await catalog.get(scheduleStates, id))?.value
      const [first = null] = nextTimes(value, state, now, 1)
      return { ...value, next: first, words: inWords(value), last: await lastTime(catalog, value, state) }
    }),
  )
  return { body: { items, next } }
}
