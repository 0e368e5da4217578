import type { Name } from '../domain/connector.ts'
import { Fault, isFault } from '../domain/faults.ts'
import type { DatasetRecord } from '../domain/snapshot.ts'
import { datasets } from '../ports/dataset-records.ts'
import type { World } from '../ports/index.ts'
import { findVersion, readManifest } from '../snapshots/read-version.ts'
import { toTable } from './to-table.ts'

type Syncing = World<{ catalog: 'read'; objects: 'read'; registry: 'write' }>

const triesAtMost = 20

/**
 * Has engines see the version of a dataset that its pointer names, or nothing where they could not read it. Whoever does
 * this last looks at the pointer last: of several at once none leaves an older version behind.
 */
export async function syncTable(world: Syncing, dataset: Name): Promise<void> {
  for (let tries = 0; tries < triesAtMost; tries++) {
    const pointer = (await world.catalog.get(datasets, dataset))?.value
    const version = pointer?.latest ?? null
    const table = pointer && version !== null ? await tableOf(world, pointer, version) : undefined
    if (table === 'gone') continue
    if (table) await world.registry.put(table)
    else await world.registry.remove(dataset)
    if (((await world.catalog.get(datasets, dataset))?.value.latest ?? null) === version) return
  }
  throw new Fault('busy', `The dataset ${dataset} is being changed all the time.`, { retryAfter: 60 })
}

async function tableOf(world: Syncing, { name, title }: DatasetRecord, version: number) {
  try {
    const { value } = await findVersion(world, name, { version })
    return toTable(await readManifest(world, value.manifest), title)
  } catch (thrown) {
    // deleted meanwhile: then the pointer is another
    if (isFault(thrown, 'not-found')) return 'gone'
    throw thrown
  }
}
