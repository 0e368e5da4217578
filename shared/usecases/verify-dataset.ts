import type * as api from '../api/datasets.ts'
import type { UseCase } from '../api/operation.ts'
import { openVersion } from '../snapshots/read-version.ts'
import { verifyVersion } from '../snapshots/verify-version.ts'
import { slowJson } from './slow-json.ts'

export const verifyDataset: UseCase<typeof api.verifyDataset> = async (world, { name, body, signal }) => {
  const manifest = await openVersion(world, name, body)
  return slowJson(async () => {
    const { rows, bytes, problems } = await verifyVersion(world, manifest, signal)
    return { ok: problems.length === 0, version: manifest.version, rows, bytes, problems }
  })
}
