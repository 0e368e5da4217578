import type { UseCase } from '../api/operation.ts'
import type * as api from '../api/snapshots.ts'
import { findSnapshot } from '../snapshots/run-record.ts'

export const getSnapshot: UseCase<typeof api.getSnapshot> = async (world, { id }) => {
  const { value, revision } = await findSnapshot(world, id)
  return { body: value, revision }
}
