import type { UseCase } from '../api/operation.ts'
import type * as api from '../api/sources.ts'
import { connectors } from '../ports/records.ts'
import { listPage } from './list-page.ts'
import { showSource } from './show-source.ts'

export const listSources: UseCase<typeof api.listSources> = async (
  { catalog, sources },
  { limit, cursor, kind, search },
) => {
  const wanted = search?.toLowerCase()
  const { entries, next } = await listPage(catalog, connectors, { limit, cursor }, ({ value }) => {
    if (kind !== undefined && value.kind !== kind) return false
    return wanted === undefined || `${value.name}\n${value.title}`.toLowerCase().includes(wanted)
  })
  return { body: { items: entries.map(({ value }) => showSource(value, sources)), next } }
}
