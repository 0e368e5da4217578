import type * as api from '../api/exporters.ts'
import type { UseCase } from '../api/operation.ts'
import { findExport } from '../exports/export-record.ts'

export const getExport: UseCase<typeof api.getExport> = async (world, { id }) => {
  const { value, revision } = await findExport(world, id)
  return { body: value, revision }
}
