import type { CatalogWriter } from '../../shared/ports/catalog.ts'
import { datasources, snapshotsOf } from '../../shared/ports/dataset-records.ts'
import type { ObjectWriter } from '../../shared/ports/objects.ts'
import type { Sources } from '../../shared/ports/sources.ts'
import { newSnapshotId } from '../../shared/snapshots/keys.ts'
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
export async function readNumbers(world: LabWorld, which: WhichVersion = {}): Promise<number[]> {
  const manifest = await openVersion(world, 'numbers', which)
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
