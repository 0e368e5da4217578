import type { UseCase } from '../api/operation.ts'
import type * as api from '../api/sources.ts'
import { findConnector } from '../ports/find-connector.ts'
import { jsonSchemaOf } from './json-schema-of.ts'
import { showSource } from './show-source.ts'

export const getSource: UseCase<typeof api.getSource> = async ({ catalog, sources }, { source }) => {
  const { value, revision } = await findConnector(catalog, source)
  const known = sources.list().find(({ kind }) => kind === value.kind)
  const selection = known ? jsonSchemaOf(known.selection) : {}
  const body = {
    ...showSource(value, sources),
    selection,
    increments: known?.increments ?? null,
    writes: known?.writing?.to ?? null,
  }
  return { body, revision }
}
