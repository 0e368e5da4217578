import { Fault } from '../domain/faults.ts'
import { type DatasetRecord, Manifest, type VersionRecord } from '../domain/snapshot.ts'
import type { Entry } from '../ports/catalog.ts'
import type { World } from '../ports/index.ts'
import { datasets, datasetUids, versionsOf } from '../ports/records.ts'
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

/** The record of the version that is meant. Faults: not-found, invalid-request where both are named. */
export async function findVersion(
  world: World<{ catalog: 'read' }>,
  nameOrUid: string,
  { version, asOf }: WhichVersion = {},
): Promise<Entry<VersionRecord>> {
  if (version !== undefined && asOf !== undefined)
    throw new Fault('invalid-request', 'A version is named by its number or by an instant, not by both.')
  for (;;) {
    const { name, latest } = (await findDataset(world, nameOrUid)).value
    if (asOf !== undefined) return await newestAt(world, name, asOf)
    const number = version ?? latest
    if (number === null) throw new Fault('not-found', `Every version of ${name} was deleted.`)
    const entry = await world.catalog.get(versionsOf(name), versionId(number))
    if (entry !== undefined) return entry
    if (version !== undefined || (await findDataset(world, name)).value.latest === latest)
      throw new Fault('not-found', `${name} has no version ${number}.`)
    // the pointer moved on while the version that it named was deleted
  }
}

async function newestAt({ catalog }: World<{ catalog: 'read' }>, name: string, asOf: string) {
  const instant = Date.parse(asOf)
  for (let after: string | undefined; ; ) {
    const page = await catalog.list(versionsOf(name), { limit: 100, descending: true, ...(after && { after }) })
    const found = page.entries.find(({ value }) => Date.parse(value.published) <= instant)
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
): Promise<Manifest> {
  const { value } = await findVersion(world, nameOrUid, which)
  return await readManifest(world, value.manifest)
}

/** Fault not-found. */
export async function readManifest({ objects }: World<{ objects: 'read' }>, key: string): Promise<Manifest> {
  const chunks: Uint8Array[] = []
  for await (const chunk of await objects.get(key)) chunks.push(Uint8Array.from(chunk))
  return Manifest.parse(JSON.parse(Buffer.concat(chunks).toString()))
}
