import type * as api from '../api/datasets.ts'
import type { UseCase } from '../api/operation.ts'
import { rollBack } from '../snapshots/roll-back.ts'

export const rollBackDataset: UseCase<typeof api.rollBackDataset> = async (world, { name, body }) => {
  const { value, revision } = await rollBack(world, name, body.version)
  return { body: value, revision }
}
