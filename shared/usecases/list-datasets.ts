import type * as api from '../api/datasets.ts'
import type { UseCase } from '../api/operation.ts'
import { datasets } from '../ports/dataset-records.ts'
import { listPage } from './list-page.ts'

export const listDatasets: UseCase<typeof api.listDatasets> = async (
  { catalog },
  { limit, cursor, search, origin },
) => {
  const wanted = search?.toLowerCase()
  const { entries, next } = await listPage(
    catalog,
    datasets,
    { limit, cursor },
    ({ value }) =>
      (origin === undefined || value.origin === origin) &&
      (wanted === undefined || `${value.name}\n${value.title}`.toLowerCase().includes(wanted)),
  )
  return { body: { items: entries.map(({ value }) => value), next } }
}
