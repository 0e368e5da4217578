import type { UseCase } from '../api/operation.ts'
import type * as api from '../api/snapshots.ts'
import { requestCancel } from '../snapshots/request-cancel.ts'

export const cancelSnapshot: UseCase<typeof api.cancelSnapshot> = async (world, { id }) => {
  const { value, revision } = await requestCancel(world, id)
  return { body: value, revision }
}
