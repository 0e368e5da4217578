import type * as api from '../api/datasources.ts'
import type { UseCase } from '../api/operation.ts'
import { datasources, datasourceUids } from '../ports/dataset-records.ts'
import { datasourcesOf } from '../ports/records.ts'
import { datasourceChanged, findDatasource } from './find-datasource.ts'

export const deleteDatasource: UseCase<typeof api.deleteDatasource> = async ({ catalog }, { name, expected }) => {
  const { value, revision } = await findDatasource(catalog, name)
  if (expected !== undefined && expected !== revision) throw datasourceChanged(value.name)
  await catalog.write([
    { delete: datasources, id: value.name, revision },
    { delete: datasourceUids, id: value.uid },
    { delete: datasourcesOf(value.connector), id: value.name },
  ])
  return { body: undefined }
}
