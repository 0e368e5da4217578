import { Fault } from '../domain/faults.ts'
import { type DatasetRecord, Manifest, manifestVersion, type VersionRecord } from '../domain/snapshot.ts'
import type { Entry } from '../ports/catalog.ts'
import { datasets, datasetUids, versionsOf } from '../ports/dataset-records.ts'
import type { World } from '../ports/index.ts'
import { versionId } from './keys.ts'

/** Which version: a number, the newest that was there at an instant (ISO 8601), or neither: the dataset's own. */
export interface WhichVersion {
  readonly version?: number | undefined
  readonly asOf?: string | undefined
}

/** A dataset's record by its name or uid. Fault not-found. */
export async function findDataset(
  { catalog }: World<{ catalog: 'read' }>,
  nameOrUid: string,
): Promise<Entry<DatasetRecord>> {
  const name = nameOrUid.startsWith('set_') ? (await catalog.get(datasetUids, nameOrUid))?.value.name : nameOrUid
  const entry = name === undefined ? undefined : await catalog.get(datasets, name)
  if (entry !== undefined) return entry
  throw new Fault('not-found', `There is no dataset ${JSON.stringify(nameOrUid)}.`, {
    hint: 'A dataset appears when the first snapshot of its datasource is done.',
  })
}

/**
 * The record of the version that is meant. `now`: milliseconds since 1970. Faults: not-found, also where the retention
 * lets it go, invalid-request where both are named.
 */
export async function findVersion(
  world: World<{ catalog: 'read' }>,
  nameOrUid: string,
  { version, asOf }: WhichVersion = {},
  now = Date.now(),
): Promise<Entry<VersionRecord>> {
  if (version !== undefined && asOf !== undefined)
    throw new Fault('invalid-request', 'A version is named by its number or by an instant, not by both.')
  for (;;) {
    const { name, latest } = (await findDataset(world, nameOrUid)).value
    if (asOf !== undefined) return await newestAt(world, name, asOf, now)
    const number = version ?? latest
    if (number === null) throw new Fault('not-found', `Every version of ${name} was deleted.`)
    const entry = await world.catalog.get(versionsOf(name), versionId(number))
    if (entry !== undefined && isThere(entry.value, now)) return entry
    if (version !== undefined || (await findDataset(world, name)).value.latest === latest)
      throw entry === undefined ? new Fault('not-found', `${name} has no version ${number}.`) : goes(name, number)
    // the pointer moved on while the version that it named was deleted
  }
}

/** Whether one may begin to read it. */
const isThere = ({ expires }: VersionRecord, now: number): boolean => expires === null || now < Date.parse(expires)

const goes = (name: string, version: number): Fault =>
  new Fault('not-found', `Version ${version} of ${name} is let go: its retention keeps it no more.`, {
    hint: 'Pin it soon, or roll back to it, and it is there again.',
  })

async function newestAt({ catalog }: World<{ catalog: 'read' }>, name: string, asOf: string, now: number) {
  const instant = Date.parse(asOf)
  for (let after: string | undefined; ; ) {
    const page = await catalog.list(versionsOf(name), { limit: 100, descending: true, ...(after && { after }) })
    const found = page.entries.find(({ value }) => Date.parse(value.published) <= instant && isThere(value, now))
    if (found !== undefined) return found
    if (page.next === null) throw new Fault('not-found', `${name} had no version at ${asOf} yet.`)
    after = page.next
  }
}

/** What a version is: everything that is ever read of it is named there. */
export async function openVersion(
  world: World<{ catalog: 'read'; objects: 'read' }>,
  nameOrUid: string,
  which: WhichVersion = {},
  now = Date.now(),
): Promise<Manifest> {
  const { value } = await findVersion(world, nameOrUid, which, now)
  return await readManifest(world, value.manifest)
}

/** Faults: not-found; busy where a newer version of Headgate has written it. */
export async function readManifest({ objects }: World<{ objects: 'read' }>, key: string): Promise<Manifest> {
  const chunks: Uint8Array[] = []
  for await (const chunk of await objects.get(key)) chunks.push(Uint8Array.from(chunk))
  const said = JSON.parse(Buffer.concat(chunks).toString())
  if (said.manifest > manifestVersion) {
    throw new Fault('busy', 'The manifest of this version is of a newer version of Headgate.', {
      hint: 'While a deployment is under way this passes by itself; otherwise run that version, or a newer one.',
      retryAfter: 30,
    })
  }
  return Manifest.parse(said)
}

/** At most so many versions are read at once. */
const mostAtOnce = 100

/** What the versions from one number to another (inclusive) are, those that are there. Faults: not-found, too-large. */
export async function listManifests(
  world: World<{ catalog: 'read'; objects: 'read' }>,
  dataset: string,
  [from, to]: readonly [number, number],
  now = Date.now(),
): Promise<readonly Manifest[]> {
  const page = { limit: mostAtOnce + 1, after: versionId(from - 1) }
  const { entries } = await world.catalog.list(versionsOf(dataset), page)
  const found = entries.map(({ value }) => value).filter((value) => value.version <= to && isThere(value, now))
  if (found.length === 0) throw new Fault('not-found', `${dataset} has no version from ${from} to ${to}.`)
  if (found.length > mostAtOnce)
    throw new Fault('too-large', `More than ${mostAtOnce} versions are asked for.`, { hint: 'Ask for fewer at once.' })
  return await Promise.all(found.map(({ manifest }) => readManifest(world, manifest)))
}
