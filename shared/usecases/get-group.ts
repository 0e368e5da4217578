import type * as api from '../api/groups.ts'
import type { UseCase } from '../api/operation.ts'
import { findSnapshot } from '../snapshots/run-record.ts'
import { findGroup } from '../snapshots/together.ts'

export const getGroup: UseCase<typeof api.getGroup> = async (world, { id }) => {
  const group = await findGroup(world.catalog, id)
  const found = await Promise.all(group.snapshots.map((each) => findSnapshot(world, each)))
  const snapshots = found.map(({ value }) => value)
  return { body: { ...group, state: snapshots[0]!.state, snapshots } }
}
