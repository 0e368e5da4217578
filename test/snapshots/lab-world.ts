import { Name } from '../../shared/domain/connector.ts'
import type { Group } from '../../shared/domain/group.ts'
import type { CatalogWriter } from '../../shared/ports/catalog.ts'
import { datasources, snapshotsOf } from '../../shared/ports/dataset-records.ts'
import type { ObjectWriter } from '../../shared/ports/objects.ts'
import type { Sources } from '../../shared/ports/sources.ts'
import { newSnapshotId } from '../../shared/snapshots/keys.ts'
import { newGroup } from '../../shared/snapshots/new-group.ts'
import { openVersion, type WhichVersion } from '../../shared/snapshots/read-version.ts'
import { labDatasource, pendingSnapshot } from './lab-source.ts'

export interface LabWorld {
  readonly catalog: CatalogWriter
  readonly objects: ObjectWriter
  readonly sources: Sources
}

/** Keeps the datasource that the tests copy. */
export async function saveDatasource({ catalog }: LabWorld, datasource = labDatasource()): Promise<void> {
  await catalog.write([{ create: datasources, id: datasource.name, value: datasource }])
}

/** Asks for a snapshot of it: its id. */
export async function askSnapshot(
  { catalog }: LabWorld,
  more: { full?: boolean; acceptDrift?: boolean } = {},
): Promise<string> {
  const id = newSnapshotId(labDatasource().name)
  await catalog.write([{ create: snapshotsOf('numbers'), id, value: { ...pendingSnapshot(id), ...more } }])
  return id
}

/** The numbers in a version whose parts are NDJSON, read as readers do: pointer, version, manifest, parts. */
export async function readNumbers(world: LabWorld, which: WhichVersion = {}, dataset = 'numbers'): Promise<number[]> {
  const manifest = await openVersion(world, dataset, which)
  const numbers: number[] = []
  for (const part of manifest.parts) {
    const lines = (await readText(world, part.key)).split('\n').filter((line) => line !== '')
    numbers.push(...lines.map((line) => Number(JSON.parse(line).number)))
  }
  return numbers
}

export async function readText({ objects }: LabWorld, key: string): Promise<string> {
  const chunks: Uint8Array[] = []
  for await (const chunk of await objects.get(key)) chunks.push(Uint8Array.from(chunk))
  return Buffer.concat(chunks).toString()
}

/** Every key under a prefix. */
export async function listKeys({ objects }: LabWorld, prefix = ''): Promise<string[]> {
  const page = await objects.list(prefix, { limit: 1000 })
  return page.objects.map(({ key }) => key)
}

/** A promise that a test resolves. */
export function gate(): { open: () => void; opened: Promise<void> } {
  const { promise, resolve } = Promise.withResolvers<void>()
  return { open: resolve, opened: promise }
}

/** Keeps datasources of those names, all of the one table, and asks for a group of them. */
export async function askGroup(world: LabWorld, names: readonly string[]): Promise<Group> {
  for (const name of names.map((each) => Name.parse(each)))
    if ((await world.catalog.get(datasources, name)) === undefined)
      await saveDatasource(world, { ...labDatasource(), name, uid: `dat_${name}` })
  const asked = { connector: Name.parse('lab'), requestedBy: 'test', acceptDrift: false }
  const { group, changes } = newGroup({ ...asked, datasources: names.map((each) => Name.parse(each)) }, Date.now())
  await world.catalog.write(changes)
  return group
}
