import type { ConnectorRecord } from '../domain/connector.ts'
import { Fault } from '../domain/faults.ts'
import type { CatalogReader, Entry } from '../ports/catalog.ts'
import { connectors, connectorUids } from '../ports/records.ts'

/** A connector's record by its name or uid. Fault not-found. */
export async function findConnector(catalog: CatalogReader, nameOrUid: string): Promise<Entry<ConnectorRecord>> {
  const name = nameOrUid.startsWith('con_') ? (await catalog.get(connectorUids, nameOrUid))?.value.name : nameOrUid
  const entry = name === undefined ? undefined : await catalog.get(connectors, name)
  if (entry) return entry
  throw new Fault('not-found', `There is no connector ${JSON.stringify(nameOrUid)}.`, {
    hint: 'GET /v1/sources lists the names.',
  })
}
