import type { UseCase } from '../api/operation.ts'
import type * as api from '../api/search.ts'
import { alike } from '../domain/alike.ts'
import { isAtLeast } from '../domain/caller.ts'
import type { CatalogReader, Collection } from '../ports/catalog.ts'
import { connectors, datasets, datasources } from '../ports/records.ts'
import { pipelineId, pipelines } from '../ports/store-records.ts'
import { keysUnder } from './clear-objects.ts'
import { pipelineRoot, userScope } from './own-scope.ts'

type Kind = 'connector' | 'datasource' | 'dataset' | 'pipeline' | 'folder' | 'file'

interface Found {
  readonly name: string
  readonly kind: Kind
  readonly uid: string
  readonly title: string | null
  readonly score: number
}

/** Objects that are looked at, of one user. */
const mostObjects = 50_000

/** What readers see is found by all; datasources, and what is a user's own, by who may have them. */
export const search: UseCase<typeof api.search> = async ({ catalog, objects }, { q, kind, limit, caller, signal }) => {
  const found: Found[] = []
  const offer = (of: Kind, uid: string, name: string, title: string | null) => {
    const score = Math.max(alike(q, name), title === null ? 0 : 0.95 * alike(q, title))
    if (score > 0 && (kind === undefined || kind === of)) found.push({ name, kind: of, uid, title, score })
  }
  const isEditor = isAtLeast(caller, 'editor')
  const wants = (...kinds: readonly Kind[]) => kind === undefined || kinds.includes(kind)

  if (wants('connector'))
    for await (const { uid, name, title } of all(catalog, connectors)) offer('connector', uid, name, title)
  if (wants('dataset')) for await (const { uid, name } of all(catalog, datasets)) offer('dataset', uid, name, null)
  if (isEditor && wants('datasource'))
    for await (const { uid, name, title } of all(catalog, datasources)) offer('datasource', uid, name, title)
  const scopes = [{ path: 'user', root: userScope(caller).root }]
  if (isEditor && wants('pipeline', 'folder', 'file'))
    for await (const { id, title, state } of all(catalog, pipelines, pipelineId(caller.id, ''))) {
      if (state !== 'active') continue
      offer('pipeline', id, id, title)
      scopes.push({ path: `pipelines/${id}`, root: `${pipelineRoot(caller.id, id)}data/` })
    }
  if (isEditor && wants('folder', 'file')) {
    let looked = 0
    for (const { path, root } of scopes)
      for await (const { parts, name, isNew } of places(keysUnder(objects, root), root)) {
        signal.throwIfAborted()
        if (looked++ > mostObjects) break
        for (const folder of isNew) offer('folder', `${path}/${folder}`, lastPart(folder), null)
        offer('file', `${path}/${parts}`, name, null)
      }
  }
  found.sort((a, b) => b.score - a.score || (a.uid < b.uid ? -1 : 1))
  return { body: { items: found.slice(0, limit), next: null } }
}

const lastPart = (path: string) => path.slice(path.lastIndexOf('/') + 1)

async function* all<T>(catalog: CatalogReader, collection: Collection<T>, prefix = ''): AsyncGenerator<T> {
  for (let after: string | undefined; ; ) {
    const page = await catalog.list(collection, { limit: 500, prefix, ...(after !== undefined && { after }) })
    for (const { value } of page.entries) yield value
    if (page.next === null) return
    after = page.next
  }
}

/** Objects by name, each with the folders that were not met before: byte order has a folder's members together. */
async function* places(keys: AsyncIterable<string>, root: string) {
  let before: readonly string[] = []
  for await (const key of keys) {
    const parts = key.slice(root.length)
    const split = parts.split('/')
    const folders = split.slice(0, -1).map((_, i) => split.slice(0, i + 1).join('/'))
    yield { parts, name: lastPart(parts), isNew: folders.filter((folder) => !before.includes(folder)) }
    before = folders
  }
}
