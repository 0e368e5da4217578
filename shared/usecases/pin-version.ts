import type * as api from '../api/datasets.ts'
import type { UseCase } from '../api/operation.ts'
import * as snapshots from '../snapshots/pin-version.ts'

export const pinVersion: UseCase<typeof api.pinVersion> = async (world, { name, body }) => {
  const { value, revision } = await snapshots.pinVersion(world, name, body.version, body.pinned)
  return { body: value, revision }
}
