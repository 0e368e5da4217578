import type * as api from '../api/exporters.ts'
import type { UseCase } from '../api/operation.ts'
import { findExporter } from './find-exporter.ts'

export const getExporter: UseCase<typeof api.getExporter> = async ({ catalog }, { name }) => {
  const { value, revision } = await findExporter(catalog, name)
  return { body: value, revision }
}
