import type * as api from '../api/datasources.ts'
import type { UseCase } from '../api/operation.ts'
import { datasources } from '../ports/dataset-records.ts'
import { listPage } from './list-page.ts'

export const listDatasources: UseCase<typeof api.listDatasources> = async (
  { catalog },
  { limit, cursor, connector, search },
) => {
  const wanted = search?.toLowerCase()
  const { entries, next } = await listPage(catalog, datasources, { limit, cursor }, ({ value }) => {
    if (connector !== undefined && value.connector !== connector) return false
    return wanted === undefined || `${value.name}\n${value.title}`.toLowerCase().includes(wanted)
  })
  return { body: { items: entries.map(({ value }) => value), next } }
}
