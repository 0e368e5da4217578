import type { UseCase } from '../api/operation.ts'
import type * as api from '../api/snapshots.ts'
import { newSnapshotId } from '../snapshots/keys.ts'
import { creating, newSnapshot } from '../snapshots/new-snapshot.ts'
import { findDatasource } from './find-datasource.ts'
import { startSnapshot } from './start-snapshot.ts'

export const createSnapshot: UseCase<typeof api.createSnapshot> = async (world, { name, body, caller }) => {
  const { name: datasource } = (await findDatasource(world.catalog, name)).value
  const { full, acceptDrift } = body
  const asked = { id: newSnapshotId(datasource), datasource, requestedBy: caller.id, full, acceptDrift }
  const record = newSnapshot(asked, Date.now())
  await world.catalog.write(creating(record))
  await startSnapshot(world, [record])
  return { body: record, revision: 1, location: `/v1/snapshots/${record.id}` }
}
