import { Fault, isFault } from '../domain/faults.ts'
import type { World } from '../ports/index.ts'
import { datasets, datasetUids, versionsOf } from '../ports/records.ts'
import { prefixOf, versionId } from './keys.ts'
import { getDataset } from './read-version.ts'

type Writing = World<{ catalog: 'write'; objects: 'write' }>

/**
 * Deletes a version: its record first, so that nobody finds it any more, then its objects. A dataset that pointed at it
 * points at the newest one left. Faults: not-found.
 */
export async function deleteVersion(world: Writing, dataset: string, version: number): Promise<void> {
  const prefix = await unlist(world, dataset, version)
  await deleteUnder(world, prefix)
}

/** Deletes a dataset with all its versions. Its datasource stays. Fault not-found. */
export async function deleteDataset(world: Writing, dataset: string): Promise<void> {
  for (;;) {
    const {
      value: { uid, name },
      revision,
    } = await getDataset(world, dataset)
    const { entries } = await world.catalog.list(versionsOf(dataset), { limit: 100 })
    for (const { value } of entries)
      await deleteVersion(world, dataset, value.version).catch((thrown) => {
        if (!isFault(thrown, 'not-found')) throw thrown
      })
    if (entries.length > 0) continue
    try {
      await world.catalog.write([
        { delete: datasets, id: name, revision },
        { delete: datasetUids, id: uid },
      ])
      return
    } catch (thrown) {
      // a version was published meanwhile
      if (!isFault(thrown, 'precondition-failed')) throw thrown
    }
  }
}

async function unlist(world: Writing, dataset: string, version: number): Promise<string> {
  for (;;) {
    const pointer = await getDataset(world, dataset)
    const found = await world.catalog.get(versionsOf(dataset), versionId(version))
    if (found === undefined) throw new Fault('not-found', `${dataset} has no version ${version}.`)
    const latest = pointer.value.latest === version ? await newestBut(world, dataset, version) : pointer.value.latest
    try {
      await world.catalog.write([
        {
          replace: datasets,
          id: dataset,
          value: { ...pointer.value, latest, updated: new Date().toISOString() },
          revision: pointer.revision,
        },
        { delete: versionsOf(dataset), id: versionId(version), revision: found.revision },
      ])
      return prefixOf(found.value.manifest)
    } catch (thrown) {
      if (!isFault(thrown, 'precondition-failed') && !isFault(thrown, 'not-found')) throw thrown
    }
  }
}

async function newestBut({ catalog }: World<{ catalog: 'read' }>, dataset: string, version: number) {
  const { entries } = await catalog.list(versionsOf(dataset), { limit: 2, descending: true })
  return entries.find(({ value }) => value.version !== version)?.value.version ?? null
}

/** A version is all that its attempt wrote, so what is under its prefix goes with it. */
async function deleteUnder({ objects }: World<{ objects: 'write' }>, prefix: string): Promise<void> {
  for (let after: string | undefined; ; ) {
    const page = await objects.list(prefix, { limit: 1000, ...(after && { after }) })
    for (const { key } of page.objects) await objects.delete(key)
    if (page.next === null) return
    after = page.next
  }
}
