import type { SnapshotRecord } from '../domain/snapshot.ts'
import type { World } from '../ports/index.ts'
import { replacedTogether } from '../snapshots/run-record.ts'

/** Has new snapshots taken, which are one or a group. Where they cannot be started they have failed, and that is thrown. */
export async function startSnapshot(
  world: World<{ catalog: 'write'; runs: 'start' }>,
  records: readonly SnapshotRecord[],
): Promise<void> {
  try {
    await world.runs.start(records[0]!.id)
  } catch (thrown) {
    // nobody will take it, unless it was started in spite of the failure: then its worker's claim stands
    const ended = new Date().toISOString()
    const error = { code: 'internal', detail: 'It could not be started.', hint: 'Take another one.' } as const
    const failed = { state: 'failed', phase: 'ended', ended, error } as const
    await replacedTogether(
      world,
      records.map((record) => ({ id: record.id, revision: 1, value: { ...record, ...failed } })),
    )
    throw thrown
  }
}
