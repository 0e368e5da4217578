import { Fault, isFault } from '../domain/faults.ts'
import type { DatasetRecord } from '../domain/snapshot.ts'
import type { Entry } from '../ports/catalog.ts'
import { datasets, versionsOf } from '../ports/dataset-records.ts'
import type { World } from '../ports/index.ts'
import { versionId } from './keys.ts'
import { findDataset } from './read-version.ts'
import { tellVersion } from './tell.ts'

/**
 * Points a dataset at an earlier (or later) version of it. Versions stay as they are, and the next snapshot gets a number
 * that was never given before. Faults: not-found.
 */
export async function rollBack(
  world: World<{ catalog: 'write' }>,
  nameOrUid: string,
  version: number,
): Promise<Entry<DatasetRecord>> {
  for (;;) {
    const { value: pointer, revision } = await findDataset(world, nameOrUid)
    const { name } = pointer
    if (pointer.latest === version) return { id: name, value: pointer, revision }
    const versions = versionsOf(name)
    const found = await world.catalog.get(versions, versionId(version))
    if (found === undefined) throw new Fault('not-found', `${name} has no version ${version}.`)
    const value = { ...pointer, latest: version, updated: new Date().toISOString() }
    try {
      await world.catalog.write([
        { replace: datasets, id: name, value, revision },
        // also where nothing of it changes: who is about to let it go must see that it is read again
        { replace: versions, id: found.id, value: { ...found.value, expires: null }, revision: found.revision },
        tellVersion(name, version),
      ])
      return { id: name, value, revision: revision + 1 }
    } catch (thrown) {
      if (!isFault(thrown, 'precondition-failed') && !isFault(thrown, 'not-found')) throw thrown
    }
  }
}
