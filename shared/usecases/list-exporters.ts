import type * as api from '../api/exporters.ts'
import type { UseCase } from '../api/operation.ts'
import { exporters } from '../ports/export-records.ts'
import { listPage } from './list-page.ts'

export const listExporters: UseCase<typeof api.listExporters> = async ({ catalog }, { limit, cursor, connector }) => {
  const { entries, next } = await listPage(
    catalog,
    exporters,
    { limit, cursor },
    ({ value }) => connector === undefined || value.connector === connector,
  )
  return { body: { items: entries.map(({ value }) => value), next } }
}
