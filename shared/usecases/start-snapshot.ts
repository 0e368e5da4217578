import type { SnapshotRecord } from '../domain/snapshot.ts'
import type { World } from '../ports/index.ts'
import { replaced } from '../snapshots/run-record.ts'

/** Has a new snapshot taken. Where it cannot be started it has failed, and that is thrown. */
export async function startSnapshot(
  world: World<{ catalog: 'write'; runs: 'start' }>,
  record: SnapshotRecord,
): Promise<void> {
  try {
    await world.runs.start(record.id)
  } catch (thrown) {
    // nobody will take it, unless it was started in spite of the failure: then its worker's claim stands
    const ended = new Date().toISOString()
    const error = { code: 'internal', detail: 'It could not be started.', hint: 'Take another one.' } as const
    await replaced(world, record.id, { ...record, state: 'failed', phase: 'ended', ended, error }, 1)
    throw thrown
  }
}
