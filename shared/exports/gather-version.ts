import type { Batch } from '../domain/batch.ts'
import type { ExportRecord } from '../domain/exporter.ts'
import { Fault } from '../domain/faults.ts'
import type { Manifest } from '../domain/snapshot.ts'
import type { Gatherer, Gathering, TableMode } from '../domain/writer.ts'
import type { World } from '../ports/index.ts'
import { scanVersion, schemaOf } from '../snapshots/read-rows.ts'
import { changeExport, takenOver } from './export-record.ts'
import type { At } from './write-version.ts'

interface Gathers {
  readonly record: ExportRecord
  readonly manifest: Manifest
  readonly gatherer: Gatherer
  readonly mode: TableMode
}

/** What an export's rows are gathered under: an id ends with 26 characters of its own. */
export const gatheringId = (exportId: string): string => exportId.slice(-26)

/**
 * Gathers a version beside its table, from where the attempt before was, and shows all of it by one step. What was gathered
 * is kept now and then: another worker goes on behind it. False where the login may make no table beside.
 */
export async function gatherVersion(
  world: World<{ catalog: 'write'; objects: 'read' }>,
  { record, manifest, gatherer, mode }: Gathers,
  { count, ready, signal, pace }: At,
): Promise<boolean> {
  const { id, target: table, attempt } = record
  const mayBeShown = record.beside?.mayBeShown ?? false
  const schema = schemaOf(manifest)
  const gathering: Gathering = { id: gatheringId(id), table, mode, schema, rows: manifest.rows, mayBeShown }
  const note = async (beside: ExportRecord['beside']) => {
    if ((await changeExport(world, record, () => ({ beside }))) === undefined) throw takenOver()
  }
  let gathered = await gatherer.begin(gathering, () => note(record.beside ?? { rows: 0, attempt: 0, mayBeShown }))
  if (gathered === undefined) {
    await note(undefined)
    return false
  }
  if (gathered.isShown) return true
  const { batches } = scanVersion(world, manifest, { startRow: gathered.rows, signal })
  const all = batches[Symbol.asyncIterator]()
  try {
    while (gathered.rows < manifest.rows) {
      count.rows = gathered.rows
      const until = pace.clock.now() + pace.keptAfterMs
      const some = counted(all, count, () => pace.clock.now() < until)
      const before = gathered.rows
      gathered = await gatherer.add(gathered, gathering, { schema, batches: some })
      if (gathered.rows === before) throw new Fault('internal', `The version ends behind row ${before}.`)
      await note({ rows: gathered.rows, attempt, mayBeShown })
    }
  } finally {
    await all.return?.()
  }
  await gatherer.show(gathered, gathering, { ready })
  return true
}

/** The next batches, for as long as `isTime`; at least one. */
async function* counted(
  all: AsyncIterator<Batch>,
  count: { rows: number },
  isTime: () => boolean,
): AsyncGenerator<Batch> {
  do {
    const { value, done } = await all.next()
    if (done) return
    yield value
    count.rows += value.rows
  } while (isTime())
}
