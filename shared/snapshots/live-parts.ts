import { isFault } from '../domain/faults.ts'
import type { VersionRecord } from '../domain/snapshot.ts'
import { versionsOf } from '../ports/dataset-records.ts'
import type { World } from '../ports/index.ts'
import { attemptOf, prefixOf, versionId } from './keys.ts'
import { readManifest } from './read-version.ts'

type Reading = World<{ catalog: 'read'; objects: 'read' }>

/** The names of the attempts, besides one, whose parts are among these: what a version's record says that it reuses. */
export const reusedAttempts = (keys: readonly string[], own: string): string[] =>
  [...new Set(keys.map((key) => attemptOf(key)?.prefix ?? ''))]
    .filter((prefix) => prefix !== own)
    .map(attemptName)
    .sort()

const attemptName = (prefix: string): string => prefix.slice(prefix.lastIndexOf('/', prefix.length - 2) + 1, -1)

/** Where the keys of an attempt begin that a record names. */
export const prefixOfAttempt = (sibling: string, name: string): string => `${prefixOf(sibling.slice(0, -1))}${name}/`

/**
 * Which of an attempt's keys the versions of its dataset name. To be asked for after the attempt can publish no more.
 *
 * A version that is published while the versions are listed shares only what the version before it had, which is there
 * until then (`checkBase`): so whatever the list shows to be needed by nobody is needed by nobody later either. The list
 * goes up, and numbers only grow: none is overlooked.
 */
export async function liveKeys(world: Reading, dataset: string, prefix: string): Promise<(key: string) => boolean> {
  for (;;) {
    const borrowers: VersionRecord[] = []
    let own: VersionRecord | undefined
    for (let after: string | undefined; ; ) {
      const page = await world.catalog.list(versionsOf(dataset), { limit: 1000, ...(after && { after }) })
      for (const { value } of page.entries) {
        if (prefixOf(value.manifest) === prefix) own = value
        else if (value.reuses.includes(attemptName(prefix))) borrowers.push(value)
      }
      if (page.next === null) break
      after = page.next
    }
    // partitions that were begun more than once left more than the attempt's own version names
    const named = await partsOf(world, dataset, own === undefined ? borrowers : [own, ...borrowers])
    if (named === 'damaged') return () => true
    if (named !== 'overtaken') return (key) => named.has(key) || key === own?.manifest
  }
}

/** The keys of the versions' parts. `overtaken`: one of the versions has gone meanwhile. `damaged`: one lacks its manifest. */
async function partsOf(
  world: Reading,
  dataset: string,
  versions: readonly VersionRecord[],
): Promise<ReadonlySet<string> | 'overtaken' | 'damaged'> {
  const named = new Set<string>()
  for (const { version, manifest } of versions)
    try {
      for (const { key } of (await readManifest(world, manifest)).parts) named.add(key)
    } catch (thrown) {
      if (!isFault(thrown, 'not-found')) throw thrown
      const isThere = (await world.catalog.get(versionsOf(dataset), versionId(version))) !== undefined
      return isThere ? 'damaged' : 'overtaken'
    }
  return named
}
