import type { ConnectorRecord } from '../domain/connector.ts'
import type { DatasourceRecord } from '../domain/datasource.ts'
import { Fault } from '../domain/faults.ts'
import { findConnector } from '../ports/find-connector.ts'
import type { World } from '../ports/index.ts'
import { checkGroup, type PointerOf } from '../snapshots/check-group.ts'
import { findDatasource } from './find-datasource.ts'

/**
 * Datasources by their names or uids that can be taken as of one moment, and the connector of all. Faults: not-found,
 * invalid-request where one is named twice, be it by its name and by its uid, not-offered.
 */
export async function findGroupable(
  { catalog, sources }: World<{ catalog: 'read'; sources: 'know' }>,
  named: readonly string[],
  pointerOf: PointerOf,
): Promise<{ readonly connector: ConnectorRecord; readonly datasources: readonly DatasourceRecord[] }> {
  const datasources = (await Promise.all(named.map((each) => findDatasource(catalog, each)))).map(({ value }) => value)
  const again = datasources.findIndex(({ uid }, i) => datasources.findIndex((each) => each.uid === uid) < i)
  if (again >= 0) {
    const detail = `${datasources[again]!.name} is named twice.`
    throw new Fault('invalid-request', detail, { errors: [{ pointer: pointerOf(again), detail }] })
  }
  const connector = (await findConnector(catalog, datasources[0]!.connector)).value
  checkGroup(datasources, sources.get(connector.kind), connector, pointerOf)
  return { connector, datasources }
}
