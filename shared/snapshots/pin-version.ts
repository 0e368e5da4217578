import { Fault, isFault } from '../domain/faults.ts'
import type { VersionRecord } from '../domain/snapshot.ts'
import type { Entry } from '../ports/catalog.ts'
import { versionsOf } from '../ports/dataset-records.ts'
import type { World } from '../ports/index.ts'
import { versionId } from './keys.ts'
import { findDataset } from './read-version.ts'

/** Has a version kept, or no more kept, whatever the retention says. Faults: not-found. */
export async function pinVersion(
  world: World<{ catalog: 'write' }>,
  nameOrUid: string,
  version: number,
  pinned: boolean,
): Promise<Entry<VersionRecord>> {
  const { name } = (await findDataset(world, nameOrUid)).value
  const [versions, id] = [versionsOf(name), versionId(version)]
  for (;;) {
    const found = await world.catalog.get(versions, id)
    if (found === undefined) throw new Fault('not-found', `${name} has no version ${version}.`)
    if (found.value.pinned === pinned) return found
    const value = { ...found.value, pinned, expires: pinned ? null : found.value.expires }
    try {
      await world.catalog.write([{ replace: versions, id, value, revision: found.revision }])
      return { id, value, revision: found.revision + 1 }
    } catch (thrown) {
      if (!isFault(thrown, 'precondition-failed') && !isFault(thrown, 'not-found')) throw thrown
    }
  }
}
