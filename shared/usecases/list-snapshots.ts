import type { UseCase } from '../api/operation.ts'
import type * as api from '../api/snapshots.ts'
import { snapshotsOf } from '../ports/dataset-records.ts'
import { findDatasource } from './find-datasource.ts'
import { listPage } from './list-page.ts'

export const listSnapshots: UseCase<typeof api.listSnapshots> = async ({ catalog }, { name, limit, cursor, state }) => {
  const { value: datasource } = await findDatasource(catalog, name)
  const { entries, next } = await listPage(
    catalog,
    snapshotsOf(datasource.name),
    { limit, cursor, descending: true },
    ({ value }) => state === undefined || value.state === state,
  )
  return { body: { items: entries.map(({ value }) => value), next } }
}
