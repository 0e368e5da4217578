import { Fault } from '../domain/faults.ts'
import { isEnded, type SnapshotRecord } from '../domain/snapshot.ts'
import type { Entry } from '../ports/catalog.ts'
import type { World } from '../ports/index.ts'
import { instant, type Pace, steadyPace } from './pace.ts'
import { ended, findSnapshot, isAlive, replaced } from './run-record.ts'

/**
 * Asks for the end of a snapshot. One that nobody works at is cancelled at once; a worker sees it at its next sign of
 * life. Cancelling twice is fine. Faults: not-found, conflict where it has ended otherwise.
 */
export async function requestCancel(
  world: World<{ catalog: 'write' }>,
  id: string,
  { clock, staleMs }: Pick<Pace, 'clock' | 'staleMs'> = steadyPace,
): Promise<Entry<SnapshotRecord>> {
  for (;;) {
    const entry = await findSnapshot(world, id)
    const { value: record, revision } = entry
    if (record.cancelRequested) return entry
    if (isEnded(record.state)) throw new Fault('conflict', `The snapshot has ended already: it is ${record.state}.`)
    const now = clock.now()
    const value: SnapshotRecord = isAlive(record, now, staleMs)
      ? { ...record, cancelRequested: true }
      : { ...record, ...ended(instant(now)), cancelRequested: true, state: 'cancelled' }
    if (await replaced(world, id, value, revision)) return { id, value, revision: revision + 1 }
  }
}
