import { Fault } from '../domain/faults.ts'
import type { ScheduleRecord } from '../domain/schedule.ts'
import type { CatalogReader, Entry } from '../ports/catalog.ts'
import { schedules } from '../ports/schedule-records.ts'
import { findDatasource } from './find-datasource.ts'

/** The schedule of a datasource, by the datasource's name or uid. Fault not-found. */
export async function findSchedule(catalog: CatalogReader, nameOrUid: string): Promise<Entry<ScheduleRecord>> {
  const { name } = (await findDatasource(catalog, nameOrUid)).value
  const entry = await catalog.get(schedules, name)
  if (entry) return entry
  throw new Fault('not-found', `${name} has no schedule: snapshots of it are taken by hand.`, {
    hint: 'PUT it to make one.',
  })
}

/** Whether a schedule takes snapshots of a datasource, by itself or with others. */
export const takes = (schedule: Pick<ScheduleRecord, 'datasource' | 'with'>, datasource: string): boolean =>
  schedule.datasource === datasource || schedule.with.some((each) => each === datasource)

/** Fault precondition-failed where `If-Match`, which need not be sent, names another revision. */
export function checkScheduleRevision(name: string, ifMatch: string | undefined, revision: number | undefined): void {
  if (ifMatch === undefined || (ifMatch.trim() === '*' && revision !== undefined)) return
  if (revision !== undefined && ifMatch.trim().replace(/^W\//, '') === `"${revision}"`) return
  throw new Fault('precondition-failed', `The schedule of ${name} has changed since it was read.`, {
    hint: 'Read it again and repeat the change.',
  })
}
