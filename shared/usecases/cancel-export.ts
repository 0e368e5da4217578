import type * as api from '../api/exporters.ts'
import type { UseCase } from '../api/operation.ts'
import { endExport } from '../exports/end-export.ts'

export const cancelExport: UseCase<typeof api.cancelExport> = async (world, { id }) => {
  const { value, revision } = await endExport(world, id)
  return { body: value, revision }
}
