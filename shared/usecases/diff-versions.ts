import type * as api from '../api/datasets.ts'
import type { UseCase } from '../api/operation.ts'
import { diffColumns } from '../domain/schema-change.ts'
import type { Manifest } from '../domain/snapshot.ts'
import { versionsOf } from '../ports/dataset-records.ts'
import type { World } from '../ports/index.ts'
import { versionId } from '../snapshots/keys.ts'
import { openVersion, readManifest } from '../snapshots/read-version.ts'

export const diffVersions: UseCase<typeof api.diffVersions> = async (world, { name, version, with: other }) => {
  const to = await openVersion(world, name, { version })
  const from = other === undefined ? await before(world, to) : await openVersion(world, name, { version: other })
  const shape = { from: from?.shape ?? null, to: to.shape }
  const changes = [...diffColumns(from?.columns ?? [], to.columns)]
  const same = from !== undefined && shape.from === shape.to && changes.length === 0
  return { body: { from: from?.version ?? null, to: to.version, same, shape, changes } }
}

/** The version with the next lower number that is still there. */
async function before(
  world: World<{ catalog: 'read'; objects: 'read' }>,
  { dataset, version }: Manifest,
): Promise<Manifest | undefined> {
  const page = { limit: 1, after: versionId(version), descending: true }
  const [entry] = (await world.catalog.list(versionsOf(dataset), page)).entries
  return entry && (await readManifest(world, entry.value.manifest))
}
