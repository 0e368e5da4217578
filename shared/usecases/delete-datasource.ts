import type * as api from '../api/datasources.ts'
import type { UseCase } from '../api/operation.ts'
import { isFault } from '../domain/faults.ts'
import { datasources, datasourceUids } from '../ports/dataset-records.ts'
import { datasourcesOf } from '../ports/records.ts'
import { deletingSchedule } from './delete-schedule.ts'
import { datasourceChanged, findDatasource } from './find-datasource.ts'

/** Its schedule goes with it; what would wake it finds nothing then. */
export const deleteDatasource: UseCase<typeof api.deleteDatasource> = async ({ catalog }, { name, expected }) => {
  for (;;) {
    const { value, revision } = await findDatasource(catalog, name)
    if (expected !== undefined && expected !== revision) throw datasourceChanged(value.name)
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
