import { Fault } from '../domain/faults.ts'
import { diffColumns, type SchemaChange } from '../domain/schema-change.ts'
import type { DatasetRecord, Manifest } from '../domain/snapshot.ts'
import { versionsOf } from '../ports/dataset-records.ts'
import type { World } from '../ports/index.ts'
import { versionId } from './keys.ts'
import type { Plan } from './plan-snapshot.ts'
import { readManifest } from './read-version.ts'

/** So many changes are told of; a table may have 1,600 columns. */
const toldAtMost = 100

/**
 * How the columns differ from those of the version that is read now; null where they do not, and where there is none.
 * Fault columns-changed where the datasource does not let them and nobody accepted it; `note` is told of them before.
 */
export async function checkDrift(
  world: World<{ catalog: 'read'; objects: 'read' }>,
  { datasource, acceptDrift }: Plan,
  { latest }: Pick<DatasetRecord, 'latest'>,
  { columns, shape }: Pick<Manifest, 'columns' | 'shape'>,
  note: (changes: SchemaChange[]) => Promise<unknown>,
): Promise<SchemaChange[] | null> {
  const entry = latest === null ? undefined : await world.catalog.get(versionsOf(datasource.name), versionId(latest))
  if (entry === undefined) return null
  const before = await readManifest(world, entry.value.manifest)
  const changes = diffColumns(before.columns, columns)
  if (changes.length === 0 && before.shape === shape) return null
  const told = changes.slice(0, toldAtMost)
  if (datasource.drift === 'evolve' || acceptDrift) return told
  await note(told)
  throw new Fault('columns-changed', `${datasource.name} is not as it was: ${tell(changes, before.shape, shape)}.`, {
    hint: 'Take a snapshot with `"acceptDrift": true`, or let the columns change with `"drift": "evolve"`.',
  })
}

function tell(changes: readonly SchemaChange[], before: Manifest['shape'], after: Manifest['shape']): string {
  if (before !== after) return `it has ${after}, not ${before}`
  const told = changes.slice(0, 5).map(({ change, column }) => `${JSON.stringify(column)} (${change})`)
  return `${told.join(', ')}${changes.length > 5 ? ` and ${changes.length - 5} more` : ''}`
}
