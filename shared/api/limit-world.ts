import { Fault, isFault } from '../domain/faults.ts'
import type { GroupRecord } from '../domain/group.ts'
import type { CatalogReader, CatalogWriter, Collection, Entry } from '../ports/catalog.ts'
import { datasources, groups } from '../ports/dataset-records.ts'
import { exporters } from '../ports/export-records.ts'
import type { World } from '../ports/index.ts'
import type { Opened, Sources } from '../ports/sources.ts'

/**
 * The world as a token sees it that is good for some connectors: what belongs to others is not there, neither to open,
 * to read of, nor to list.
 */
export function limitWorld<W extends World>(world: W, connectors: readonly string[]): W {
  const { catalog, sources } = world as { catalog?: CatalogReader | CatalogWriter; sources?: Sources }
  return {
    ...world,
    ...(catalog && { catalog: limitCatalog(catalog, connectors) }),
    ...(sources && 'open' in sources && { sources: { ...sources, ...limitOpening(sources, connectors) } }),
  }
}

function limitOpening(sources: Sources, connectors: readonly string[]) {
  const missing = (name: string, cause?: unknown) =>
    new Fault('not-found', `There is no connector ${JSON.stringify(name.slice(0, 63))}.`, {
      hint: 'GET /v1/sources lists the names.',
      cause,
    })
  return {
    async open(name: string, signal: AbortSignal): Promise<Opened> {
      const opened = await sources.open(name, signal).catch((thrown) => {
        throw isFault(thrown, 'not-found') ? missing(name, thrown) : thrown
      })
      if (connectors.includes(opened.record.name)) return opened
      await opened.connection.close()
      throw missing(name)
    },
    async try(): Promise<never> {
      throw new Fault('forbidden', 'This token is good for some connectors only.', {
        hint: 'Use a token that is good for all of them.',
      })
    },
  }
}

/** Collections of connectors, and of datasources and datasets, which share their names. */
const ofConnectors = new Set(['connectors', 'connector-uids'])
const ofDatasources = new Set([
  'datasources',
  'datasource-uids',
  'datasets',
  'dataset-uids',
  'schedules',
  'schedule-states',
])

/** Collections of exporters. */
const ofExporters = new Set(['exporters', 'exporter-uids'])

function limitCatalog<C extends CatalogReader>(catalog: C, connectors: readonly string[]): C {
  const isOfDatasource = async (name: string) => {
    const found = await catalog.get(datasources, name)
    return found !== undefined && connectors.includes(found.value.connector)
  }

  const isOfExporter = async (name: string) => {
    const found = await catalog.get(exporters, name)
    return found !== undefined && connectors.includes(found.value.connector)
  }

  /** Whether the token reaches a record; `name` of an entry of uids is its value's. */
  const reaches = async <T>({ path }: Collection<T>, { id, value }: Entry<T>): Promise<boolean> => {
    const name = path.endsWith('-uids') ? String((value as { name?: unknown }).name) : id
    if (ofConnectors.has(path)) return connectors.includes(name)
    if (ofDatasources.has(path)) return isOfDatasource(name)
    if (ofExporters.has(path)) return isOfExporter(name)
    if (path === groups.path) return connectors.includes((value as GroupRecord).connector)
    const [, ofWhat, owner] = /^(connectors|datasources|datasets|exporters)\/([^/]+)\//.exec(path) ?? []
    if (owner === undefined) return true
    if (ofWhat === 'exporters') return isOfExporter(owner)
    return ofWhat === 'connectors' ? connectors.includes(owner) : isOfDatasource(owner)
  }

  const limited: CatalogReader = {
    async get(collection, id) {
      const found = await catalog.get(collection, id)
      return found && (await reaches(collection, found)) ? found : undefined
    },
    async list(collection, page) {
      const found = await catalog.list(collection, page)
      const reached = await Promise.all(found.entries.map((entry) => reaches(collection, entry)))
      return { ...found, entries: found.entries.filter((_, i) => reached[i]) }
    },
  }
  return { ...catalog, ...limited }
}
