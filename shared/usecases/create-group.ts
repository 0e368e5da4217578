import type * as api from '../api/groups.ts'
import type { UseCase } from '../api/operation.ts'
import { newGroup } from '../snapshots/new-group.ts'
import { findGroupable } from './find-groupable.ts'
import { startSnapshot } from './start-snapshot.ts'

export const createGroup: UseCase<typeof api.createGroup> = async (world, { body, caller }) => {
  const { connector, datasources } = await findGroupable(
    world,
    body.datasources,
    (place) => `/body/datasources/${place}`,
  )
  const asked = { connector: connector.name, datasources: datasources.map(({ name }) => name) }
  const { group, changes } = newGroup({ ...asked, requestedBy: caller.id, acceptDrift: body.acceptDrift }, Date.now())
  await world.catalog.write(changes)
  await startSnapshot(world, group.snapshots)
  const location = `/v1/groups/${group.id}`
  return { body: group, location, things: [location, ...group.snapshots.map(({ id }) => `/v1/snapshots/${id}`)] }
}
