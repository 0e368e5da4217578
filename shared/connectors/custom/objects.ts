import { createHash } from 'node:crypto'
import { compareKeys } from '../../domain/compare-keys.ts'
import { Fault } from '../../domain/faults.ts'
import { nearest } from '../../domain/filter.ts'
import type { ObjectInfo, SourceObjects } from '../kind.ts'
import type { ListedObject } from './runner.ts'
import type { Sessions } from './sessions.ts'

/** The objects that the code lists, as keys; what their names have before a slash is shown as folders. */
export function objectsOf(sessions: Sessions, leaves: () => Promise<readonly ListedObject[]>): SourceObjects {
  const find = async (key: string): Promise<ListedObject> => {
    const all = await leaves()
    const found = all.find(({ name }) => name === key)
    if (found) return found
    const near = nearest(
      key,
      all.map(({ name }) => name),
    )
    throw new Fault('not-found', `The code lists no object ${JSON.stringify(key.slice(0, 200))}.`, {
      hint: near.length > 0 ? `Did you mean ${near.join(' or ')}?` : 'List the objects of the source to see them.',
    })
  }
  return {
    async list({ prefix, delimiter, limit, after }) {
      const below = (await leaves()).filter(({ name }) => name.startsWith(prefix))
      const all = delimiter ? oneLevel(below, prefix) : below.map(infoOf)
      const found = all.filter(({ key }) => after === undefined || compareKeys(key, after) > 0)
      const items = found.slice(0, limit)
      return { items, next: found.length > limit ? items.at(-1)!.key : null }
    },
    async describe(key) {
      const folder = key === '' || key.endsWith('/') ? key : `${key}/`
      const all = await leaves()
      const leaf = all.find(({ name }) => name === key)
      if (leaf) return infoOf(leaf)
      if (key === '' || all.some(({ name }) => name.startsWith(folder))) return folderOf(folder)
      return infoOf(await find(key))
    },
    async read(key, range, of) {
      const leaf = await find(key)
      if (of && of.etag !== null && of.etag !== infoOf(leaf).etag)
        throw new Fault('source-changed', `${JSON.stringify(key.slice(0, 200))} has changed.`, {
          hint: 'Read it again.',
        })
      return cut(
        sessions.stream((session) => session.read(leaf)),
        range,
      )
    },
  }
}

function oneLevel(leaves: readonly ListedObject[], prefix: string): ObjectInfo[] {
  const found = new Map<string, ObjectInfo>()
  for (const leaf of leaves) {
    const end = leaf.name.indexOf('/', prefix.length)
    const info = end < 0 ? infoOf(leaf) : folderOf(leaf.name.slice(0, end + 1))
    found.set(info.key, info)
  }
  return [...found.values()].sort((a, b) => compareKeys(a.key, b.key))
}

const infoOf = ({ name, fingerprint }: ListedObject): ObjectInfo => ({
  key: name,
  name: name.slice(name.lastIndexOf('/') + 1) || name,
  isFolder: false,
  size: null,
  modified: null,
  etag: `"${createHash('sha256').update(fingerprint).digest('hex').slice(0, 32)}"`,
})

const folderOf = (key: string): ObjectInfo => ({
  key,
  name: key.split('/').at(-2) ?? '',
  isFolder: true,
  size: null,
  modified: null,
  etag: null,
})

/** The bytes of a half-open range; the code is left once its end is reached. */
async function* cut(
  chunks: AsyncIterable<Uint8Array>,
  [begin, end]: readonly [number, number] = [0, Number.POSITIVE_INFINITY],
): AsyncGenerator<Uint8Array> {
  let at = 0
  for await (const chunk of chunks) {
    const part = chunk.subarray(Math.max(0, begin - at), Math.max(0, end - at))
    at += chunk.length
    if (part.length > 0) yield part
    if (at >= end) return
  }
}
