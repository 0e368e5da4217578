import type * as api from '../api/datasets.ts'
import type { UseCase } from '../api/operation.ts'
import { versionsOf } from '../ports/dataset-records.ts'
import { versionId } from '../snapshots/keys.ts'
import { findDataset } from '../snapshots/read-version.ts'

export const getDataset: UseCase<typeof api.getDataset> = async (world, { name }) => {
  const { value, revision } = await findDataset(world, name)
  const { latest } = value
  const current = latest === null ? undefined : await world.catalog.get(versionsOf(value.name), versionId(latest))
  return { body: { ...value, current: current?.value ?? null }, revision }
}
