import { type ExportRecord, isExportEnded } from '../domain/exporter.ts'
import { exportsOf } from '../ports/export-records.ts'
import type { World } from '../ports/index.ts'
import { findExport } from './export-record.ts'
import { gatheringId } from './gather-version.ts'

type Discarding = World<{ catalog: 'write'; sources: 'write' }>

const discardMs = 10_000

/** Removes what an export has left beside its target: what is left of it then, undefined where nothing is. */
export async function discardBeside(
  world: Discarding,
  { id, connector }: ExportRecord,
): Promise<ExportRecord['beside']> {
  const { beside } = (await findExport(world, id)).value
  if (beside === undefined) return undefined
  try {
    // by a writer of its own: the other may be over because its signal has aborted
    const { writer } = await world.sources.openToWrite(connector, AbortSignal.timeout(discardMs))
    try {
      if (writer.to === 'tables') await writer.gatherer.discard(gatheringId(id))
      return undefined
    } finally {
      await writer.close()
    }
  } catch {
    // nobody reads it, and whoever resumes exports tries again
    return beside
  }
}

/** The same of an export that has ended and could not do so itself. */
export async function discardLeft(world: Discarding, id: string): Promise<void> {
  const { value, revision } = await findExport(world, id)
  if (value.beside === undefined || !isExportEnded(value.state)) return
  const beside = await discardBeside(world, value)
  if (beside !== undefined) return
  await world.catalog.write([{ replace: exportsOf(value.exporter), id, value: { ...value, beside }, revision }])
}
