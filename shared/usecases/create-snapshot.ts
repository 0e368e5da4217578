import type { UseCase } from '../api/operation.ts'
import type * as api from '../api/snapshots.ts'
import { isFault } from '../domain/faults.ts'
import type { SnapshotRecord } from '../domain/snapshot.ts'
import type { CatalogWriter } from '../ports/catalog.ts'
import { snapshotsOf } from '../ports/dataset-records.ts'
import { newSnapshotId } from '../snapshots/keys.ts'
import { creating, newSnapshot } from '../snapshots/new-snapshot.ts'
import { findDatasource } from './find-datasource.ts'

export const createSnapshot: UseCase<typeof api.createSnapshot> = async ({ catalog, runs }, { name, body, caller }) => {
  const { value: datasource } = await findDatasource(catalog, name)
  const { name: of } = datasource
  const { full, acceptDrift } = body
  const asked = { id: newSnapshotId(of), datasource: of, requestedBy: caller.id, full, acceptDrift }
  const record = newSnapshot(asked, Date.now())
  await catalog.write(creating(record))
  try {
    await runs.start(record.id)
  } catch (thrown) {
    await giveUp(catalog, record)
    throw thrown
  }
  return { body: record, revision: 1, location: `/v1/snapshots/${record.id}` }
}

/** Nobody will take it, unless it was started in spite of the failure: then its worker's claim stands. */
async function giveUp(catalog: CatalogWriter, record: SnapshotRecord): Promise<void> {
  const value: SnapshotRecord = {
    ...record,
    state: 'failed',
    phase: 'ended',
    ended: new Date().toISOString(),
    error: { code: 'internal', detail: 'It could not be started.', hint: 'Take another one.' },
  }
  try {
    await catalog.write([{ replace: snapshotsOf(record.datasource), id: record.id, value, revision: 1 }])
  } catch (thrown) {
    if (!isFault(thrown, 'precondition-failed')) throw thrown
  }
}
