import { type ExportRecord, isExportEnded } from '../domain/exporter.ts'
import { Fault } from '../domain/faults.ts'
import type { Entry } from '../ports/catalog.ts'
import type { World } from '../ports/index.ts'
import { instant, type Pace, steadyPace } from '../snapshots/pace.ts'
import { ended, findExport, isSeen, logged, replaced } from './export-record.ts'

/**
 * Asks for the end of an export. One that nobody works at is cancelled at once; a worker sees it at its next sign of life.
 * Cancelling twice is fine. Faults: not-found, conflict where it has ended otherwise, or is being shown just now.
 */
export async function endExport(
  world: World<{ catalog: 'write' }>,
  id: string,
  { clock, staleMs }: Pick<Pace, 'clock' | 'staleMs'> = steadyPace,
): Promise<Entry<ExportRecord>> {
  for (;;) {
    const entry = await findExport(world, id)
    const { value: record, revision } = entry
    if (record.cancelRequested) return entry
    if (isExportEnded(record.state)) throw new Fault('conflict', `The export has ended already: it is ${record.state}.`)
    if (record.phase === 'showing') throw new Fault('conflict', 'The export is at its last step.')
    const now = clock.now()
    const value: ExportRecord = isSeen(record, now, staleMs)
      ? { ...record, cancelRequested: true }
      : {
          ...record,
          ...ended('cancelled', instant(now)),
          cancelRequested: true,
          log: logged(record, instant(now), 'It was cancelled before anything of it could be seen.'),
        }
    if (await replaced(world, value, revision)) return { id, value, revision: revision + 1 }
  }
}
