import type { UseCase } from '../api/operation.ts'
import type * as api from '../api/sources.ts'
import { findConnector } from '../ports/find-connector.ts'
import { showSource } from './show-source.ts'

export const getSource: UseCase<typeof api.getSource> = async ({ catalog, sources }, { source }) => {
  const { value, revision } = await findConnector(catalog, source)
  return { body: showSource(value, sources), revision }
}
