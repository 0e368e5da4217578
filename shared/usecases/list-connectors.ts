import type * as api from '../api/connectors.ts'
import type { UseCase } from '../api/operation.ts'
import { connectors } from '../ports/records.ts'
import { listPage } from './list-page.ts'
import { showConnector } from './show-connector.ts'

export const listConnectors: UseCase<typeof api.listConnectors> = async ({ catalog }, { limit, cursor }) => {
  const { entries, next } = await listPage(catalog, connectors, { limit, cursor })
  return { body: { items: entries.map(({ value }) => showConnector(value)), next } }
}
