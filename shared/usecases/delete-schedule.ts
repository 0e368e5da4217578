import type { UseCase } from '../api/operation.ts'
import type * as api from '../api/schedules.ts'
import { isFault } from '../domain/faults.ts'
import type { CatalogReader, Change } from '../ports/catalog.ts'
import { scheduleStates, schedules } from '../ports/schedule-records.ts'
import { countSchedule } from './count-schedules.ts'
import { checkScheduleRevision, findSchedule } from './find-schedule.ts'

export const deleteSchedule: UseCase<typeof api.deleteSchedule> = async (world, { name, ifMatch }) => {
  for (;;) {
    const { id, revision } = await findSchedule(world.catalog, name)
    checkScheduleRevision(id, ifMatch, revision)
    try {
      await world.catalog.write(await deletingSchedule(world.catalog, id))
    } catch (thrown) {
      if (!isFault(thrown, 'precondition-failed') && !isFault(thrown, 'not-found') && !isFault(thrown, 'conflict'))
        throw thrown
      continue
    }
    await world.schedules.clear(id)
    return { body: undefined }
  }
}

/** What deletes the schedule of a datasource, if it has one. */
export async function deletingSchedule(catalog: CatalogReader, datasource: string): Promise<readonly Change[]> {
  const found = await catalog.get(schedules, datasource)
  if (found === undefined) return []
  return [
    { delete: schedules, id: datasource, revision: found.revision },
    { delete: scheduleStates, id: datasource },
    await countSchedule(catalog, found.value.createdBy, -1),
  ]
}
