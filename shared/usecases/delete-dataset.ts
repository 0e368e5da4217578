import type * as api from '../api/datasets.ts'
import type { UseCase } from '../api/operation.ts'
import { removeDataset } from '../snapshots/remove-version.ts'

export const deleteDataset: UseCase<typeof api.deleteDataset> = async (world, { name, expected }) => {
  await removeDataset(world, name, expected)
  return { body: undefined }
}
