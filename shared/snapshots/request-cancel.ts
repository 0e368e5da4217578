import { Fault } from '../domain/faults.ts'
import { isEnded, type SnapshotRecord } from '../domain/snapshot.ts'
import type { Entry } from '../ports/catalog.ts'
import type { World } from '../ports/index.ts'
import { instant, type Pace, steadyPace } from './pace.ts'
import { ended, isAlive, replacedTogether } from './run-record.ts'
import { findTogether, withEach } from './together.ts'

/**
 * Asks for the end of a snapshot, and of those that are taken with it. One that nobody works at is cancelled at once; a
 * worker sees it at its next sign of life. Cancelling twice is fine. Faults: not-found, conflict where it has ended
 * otherwise.
 */
export async function requestCancel(
  world: World<{ catalog: 'write' }>,
  id: string,
  { clock, staleMs }: Pick<Pace, 'clock' | 'staleMs'> = steadyPace,
): Promise<Entry<SnapshotRecord>> {
  for (;;) {
    const before = await findTogether(world, id)
    const entry = before.find((each) => each.id === id)!
    const { state, cancelRequested } = entry.value
    if (cancelRequested) return entry
    if (isEnded(state)) throw new Fault('conflict', `The snapshot has ended already: it is ${state}.`)
    const now = clock.now()
    const after = withEach(before, (record) =>
      isAlive(before[0].value, now, staleMs)
        ? { ...record, cancelRequested: true }
        : { ...record, ...ended(instant(now)), cancelRequested: true, state: 'cancelled' },
    )
    if (await replacedTogether(world, after)) {
      const { value, revision } = after.find((each) => each.id === id)!
      return { id, value, revision: revision + 1 }
    }
  }
}
