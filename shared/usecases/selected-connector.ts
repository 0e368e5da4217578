import type { ConnectorRecord } from '../domain/connector.ts'
import { Fault, isFault } from '../domain/faults.ts'
import { valid } from '../domain/invalid.ts'
import type { CatalogReader } from '../ports/catalog.ts'
import { findConnector } from '../ports/find-connector.ts'
import type { Kinds } from '../ports/sources.ts'

/**
 * The connector that a datasource names, once its kind has taken the selection. The selection is kept as it came, so
 * that what a kind adds by itself may change with the kind. Fault invalid-request, also where there is no such connector.
 */
export async function selectedConnector(
  { catalog, sources }: { catalog: CatalogReader; sources: Kinds },
  nameOrUid: string,
  selection: Readonly<Record<string, unknown>>,
): Promise<ConnectorRecord> {
  const { value } = await findConnector(catalog, nameOrUid).catch((thrown) => {
    throw isFault(thrown, 'not-found') ? noConnector(thrown) : thrown
  })
  valid(sources.get(value.kind).selection, selection, '/body/selection')
  return value
}

const noConnector = (cause: Fault): Fault =>
  new Fault('invalid-request', cause.detail, {
    hint: 'GET /v1/sources lists the names.',
    errors: [{ pointer: '/body/connector', detail: cause.detail }],
    cause,
  })
