import type * as api from '../api/exporters.ts'
import type { UseCase } from '../api/operation.ts'
import { exportsOf } from '../ports/export-records.ts'
import { findExporter } from './find-exporter.ts'
import { listPage } from './list-page.ts'

export const listExports: UseCase<typeof api.listExports> = async ({ catalog }, { name, limit, cursor, state }) => {
  const { value: exporter } = await findExporter(catalog, name)
  const { entries, next } = await listPage(
    catalog,
    exportsOf(exporter.name),
    { limit, cursor, descending: true },
    ({ value }) => state === undefined || value.state === state,
  )
  return { body: { items: entries.map(({ value }) => value), next } }
}
