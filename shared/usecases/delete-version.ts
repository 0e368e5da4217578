import type * as api from '../api/datasets.ts'
import type { UseCase } from '../api/operation.ts'
import { removeVersion } from '../snapshots/remove-version.ts'

export const deleteVersion: UseCase<typeof api.deleteVersion> = async (world, { name, version }) => {
  await removeVersion(world, name, version)
  return { body: undefined }
}
