import type * as api from '../api/datasets.ts'
import type { UseCase } from '../api/operation.ts'
import { datasources } from '../ports/dataset-records.ts'
import { judgeDataset } from '../snapshots/apply-retention.ts'
import { findDataset } from '../snapshots/read-version.ts'

export const previewRetention: UseCase<typeof api.previewRetention> = async (world, { name, keepLast, keepDays }) => {
  const { value: dataset } = await findDataset(world, name)
  const asked = { ...(keepLast !== undefined && { keepLast }), ...(keepDays !== undefined && { keepDays }) }
  const saved = (await world.catalog.get(datasources, dataset.name))?.value.retention ?? null
  const retention = Object.keys(asked).length > 0 ? asked : saved
  const judged = await judgeDataset(world, dataset, Date.now(), retention)
  const goes = judged.filter(({ because }) => because === null).map(({ entry }) => entry.value)
  const stays = judged.flatMap(({ entry, because }) =>
    because === null ? [] : [{ version: entry.value.version, because }],
  )
  return { body: { retention, stays, goes, bytes: goes.reduce((sum, { bytes }) => sum + bytes, 0) } }
}
