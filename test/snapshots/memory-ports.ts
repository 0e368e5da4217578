import { createHash } from 'node:crypto'
import { Fault } from '../../shared/domain/faults.ts'
import type { CatalogWriter, Change, Collection, Entry } from '../../shared/ports/catalog.ts'
import type { ObjectWriter } from '../../shared/ports/objects.ts'

/** A catalog in maps. What it keeps is a copy, as on a disk. */
export function memoryCatalog(): CatalogWriter {
  const all = new Map<string, Map<string, { revision: number; json: string }>>()
  const under = ({ path }: Collection<unknown>) => {
    const found = all.get(path) ?? new Map<string, { revision: number; json: string }>()
    all.set(path, found)
    return found
  }
  const read = <T>(collection: Collection<T>, id: string): Entry<T> | undefined => {
    const found = under(collection).get(id)
    return found && { id, revision: found.revision, value: collection.schema.parse(JSON.parse(found.json)) }
  }
  const check = (change: Change) => {
    if ('create' in change) {
      if (under(change.create).has(change.id)) throw new Fault('conflict', 'taken')
      return
    }
    const found = under('replace' in change ? change.replace : change.delete).get(change.id)
    if (change.revision === undefined) return
    if (found === undefined) throw new Fault('not-found', 'no record')
    if (found.revision !== change.revision) throw new Fault('precondition-failed', 'another revision')
  }
  const apply = (change: Change) => {
    if ('delete' in change) return under(change.delete).delete(change.id)
    const revision = 'create' in change ? 1 : change.revision + 1
    const collection = 'create' in change ? change.create : change.replace
    return under(collection).set(change.id, { revision, json: JSON.stringify(change.value) })
  }
  return {
    get: async (collection, id) => read(collection, id),
    async list(collection, { limit, after, prefix = '', descending }) {
      const ids = [...under(collection).keys()].filter((id) => id.startsWith(prefix)).sort()
      if (descending) ids.reverse()
      const rest = after === undefined ? ids : ids.filter((id) => (descending ? id < after : id > after))
      const entries = rest.slice(0, limit).map((id) => read(collection, id)!)
      return { entries, next: rest.length > limit ? entries.at(-1)!.id : null }
    },
    async write(changes) {
      changes.forEach(check)
      changes.forEach(apply)
    },
  }
}

/** Objects in a map. */
export function memoryObjects(now: () => number = Date.now): ObjectWriter & { keys(): string[] } {
  const kept = new Map<string, { bytes: Uint8Array; modified: number }>()
  const find = (key: string) => {
    const found = kept.get(key)
    if (found === undefined) throw new Fault('not-found', `There is no object ${key}.`)
    return found
  }
  const head = (key: string) => {
    const { bytes, modified } = find(key)
    const etag = createHash('sha256').update(bytes).digest('hex')
    return { key, size: bytes.length, etag, modified: new Date(modified).toISOString() }
  }
  return {
    keys: () => [...kept.keys()].sort(),
    head: async (key) => head(key),
    async get(key, [begin, end] = [0, Number.POSITIVE_INFINITY]) {
      const bytes = find(key).bytes.subarray(begin, end)
      return (async function* () {
        yield bytes
      })()
    },
    async list(prefix, { limit, after = '' }) {
      const keys = [...kept.keys()].filter((key) => key.startsWith(prefix) && key > after).sort()
      return { objects: keys.slice(0, limit).map(head), next: keys.length > limit ? keys[limit - 1]! : null }
    },
    link: async (key) => `memory:${key}`,
    async put(key, bytes, { ifAbsent } = {}) {
      const chunks: Uint8Array[] = []
      if (bytes instanceof Uint8Array) chunks.push(bytes)
      else for await (const chunk of bytes) chunks.push(Uint8Array.from(chunk))
      if (ifAbsent && kept.has(key)) throw new Fault('precondition-failed', 'The key is taken.')
      kept.set(key, { bytes: Buffer.concat(chunks), modified: now() })
      return head(key)
    },
    async copy(from, to) {
      kept.set(to, { bytes: find(from).bytes, modified: now() })
      return head(to)
    },
    async delete(key) {
      kept.delete(key)
    },
  }
}
