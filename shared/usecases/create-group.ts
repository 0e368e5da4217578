import type * as api from '../api/groups.ts'
import type { UseCase } from '../api/operation.ts'
import type { DatasourceRecord } from '../domain/datasource.ts'
import { Fault } from '../domain/faults.ts'
import type { CatalogReader } from '../ports/catalog.ts'
import { findConnector } from '../ports/find-connector.ts'
import { checkGroup } from '../snapshots/check-group.ts'
import { newGroup } from '../snapshots/new-group.ts'
import { findDatasource } from './find-datasource.ts'
import { startSnapshot } from './start-snapshot.ts'

export const createGroup: UseCase<typeof api.createGroup> = async (world, { body, caller }) => {
  const datasources = await findDistinct(world.catalog, body.datasources)
  const connector = (await findConnector(world.catalog, datasources[0]!.connector)).value
  checkGroup(datasources, world.sources.get(connector.kind), connector)
  const asked = { connector: connector.name, datasources: datasources.map(({ name }) => name) }
  const { group, changes } = newGroup({ ...asked, requestedBy: caller.id, acceptDrift: body.acceptDrift }, Date.now())
  await world.catalog.write(changes)
  await startSnapshot(world, group.snapshots)
  const location = `/v1/groups/${group.id}`
  return { body: group, location, things: [location, ...group.snapshots.map(({ id }) => `/v1/snapshots/${id}`)] }
}

/** Faults: not-found, invalid-request where one is named twice, be it by its name and by its uid. */
async function findDistinct(catalog: CatalogReader, named: readonly string[]): Promise<readonly DatasourceRecord[]> {
  const found = (await Promise.all(named.map((each) => findDatasource(catalog, each)))).map(({ value }) => value)
  const again = found.findIndex(({ uid }, i) => found.findIndex((each) => each.uid === uid) < i)
  if (again < 0) return found
  const detail = `${found[again]!.name} is named twice.`
  throw new Fault('invalid-request', detail, { errors: [{ pointer: `/body/datasources/${again}`, detail }] })
}
