import type * as api from '../api/datasources.ts'
import type { UseCase } from '../api/operation.ts'
import { Fault, isFault } from '../domain/faults.ts'
import type { ScheduleRecord } from '../domain/schedule.ts'
import type { CatalogReader, Entry } from '../ports/catalog.ts'
import { datasources, datasourceUids } from '../ports/dataset-records.ts'
import { datasourcesOf } from '../ports/records.ts'
import { schedules } from '../ports/schedule-records.ts'
import { mostSchedules } from './count-schedules.ts'
import { deletingSchedule } from './delete-schedule.ts'
import { datasourceChanged, findDatasource } from './find-datasource.ts'
import { takes } from './find-schedule.ts'
import { listPage } from './list-page.ts'

/**
 * Its schedule goes with it; what would wake it finds nothing then. What a schedule takes with others stays: those belong
 * together.
 */
export const deleteDatasource: UseCase<typeof api.deleteDatasource> = async ({ catalog }, { name, expected }) => {
  for (;;) {
    const { value, revision } = await findDatasource(catalog, name)
    if (expected !== undefined && expected !== revision) throw datasourceChanged(value.name)
    await checkAlone(catalog, value.name)
    const schedule = await deletingSchedule(catalog, value.name)
    try {
      await catalog.write([
        { delete: datasources, id: value.name, revision },
        { delete: datasourceUids, id: value.uid },
        { delete: datasourcesOf(value.connector), id: value.name },
        ...schedule,
      ])
      return { body: undefined }
    } catch (thrown) {
      // of the schedules, another may have changed meanwhile; where it was the datasource, looking again tells
      if (!isFault(thrown, 'precondition-failed') && !isFault(thrown, 'not-found') && !isFault(thrown, 'conflict'))
        throw thrown
    }
  }
}

/** Fault conflict where a schedule takes the datasource with others. */
async function checkAlone(catalog: CatalogReader, name: string): Promise<void> {
  const isOfGroup = ({ value }: Entry<ScheduleRecord>) => value.with.length > 0 && takes(value, name)
  const { entries } = await listPage(catalog, schedules, { limit: mostSchedules.inAll }, isOfGroup)
  for (const { value } of entries) {
    const others = [value.datasource, ...value.with].filter((each) => each !== name).join(', ')
    throw new Fault('conflict', `The schedule of ${value.datasource} takes ${name} together with ${others}.`, {
      hint: 'Delete that schedule first, or save it with others.',
    })
  }
}
