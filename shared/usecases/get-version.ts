import type * as api from '../api/datasets.ts'
import type { UseCase } from '../api/operation.ts'
import { findVersion, readManifest } from '../snapshots/read-version.ts'

export const getVersion: UseCase<typeof api.getVersion> = async (world, { name, version }) => {
  const { value, revision } = await findVersion(world, name, { version })
  return { body: await readManifest(world, value.manifest), revision }
}
