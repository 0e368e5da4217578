import type * as api from '../api/datasets.ts'
import type { UseCase } from '../api/operation.ts'
import { versionsOf } from '../ports/dataset-records.ts'
import { findDataset } from '../snapshots/read-version.ts'
import { listPage } from './list-page.ts'

export const listVersions: UseCase<typeof api.listVersions> = async (world, { name, limit, cursor }) => {
  const { value: dataset } = await findDataset(world, name)
  const newestFirst = { limit, cursor, descending: true }
  const { entries, next } = await listPage(world.catalog, versionsOf(dataset.name), newestFirst)
  return { body: { items: entries.map(({ value }) => value), next } }
}
