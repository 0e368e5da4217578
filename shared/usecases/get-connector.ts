import type * as api from '../api/connectors.ts'
import type { UseCase } from '../api/operation.ts'
import { findConnector } from '../ports/find-connector.ts'
import { showConnector } from './show-connector.ts'

export const getConnector: UseCase<typeof api.getConnector> = async ({ catalog }, { name }) => {
  const { value, revision } = await findConnector(catalog, name)
  return { body: showConnector(value), revision }
}
