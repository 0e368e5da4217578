import { compareKeys } from '../../domain/compare-keys.ts'
import { Fault } from '../../domain/faults.ts'
import type { ObjectInfo, ObjectPage, Paged } from '../kind.ts'
import { isName, keyParts } from './key.ts'

/** What a folder of a server holds, as the server tells it. */
export interface FolderEntry {
  readonly name: string
  readonly isFolder: boolean
  /** A link to a folder is shown, but a list of everything below does not follow it: links can go in circles. */
  readonly isLink?: boolean
  readonly size: number | null
  readonly modified: string | null
}

/** The entries of a folder, named by its parts; undefined where there is none. */
export type ReadFolder = (parts: readonly string[]) => Promise<readonly FolderEntry[] | undefined>

/** Folders within folders that a list of everything enters, and entries that it reads for one page. */
const deepest = 64
const mostEntries = 500_000

/** A page of keys from a server with folders, as a store of flat keys would list them. Faults: too-large, source-failed. */
export async function listTree(readFolder: ReadFolder, page: ObjectPage): Promise<Paged<ObjectInfo>> {
  const slash = page.prefix.lastIndexOf('/') + 1
  const folder = page.prefix.slice(0, slash)
  // A leading slash would make another key of the same file.
  if (folder.startsWith('/')) return { items: [], next: null }
  const isAfter = ({ key }: ObjectInfo) => page.after === undefined || compareKeys(key, page.after) > 0
  const walk = newWalk(readFolder, page)
  const found = page.delimiter
    ? (await walk.level(keyParts(folder))).filter(isAfter)
    : await take(walk.files(keyParts(folder), isAfter), page.limit + 1)
  const items = found.slice(0, page.limit).map(({ isLink: _, ...item }) => item)
  return { items, next: found.length > page.limit ? items.at(-1)!.key : null }
}

function newWalk(readFolder: ReadFolder, { prefix, after = '' }: ObjectPage) {
  let seen = 0
  const level = async (parts: readonly string[]): Promise<Found[]> => {
    const entries = (await readFolder(parts)) ?? []
    seen += entries.length
    if (seen > mostEntries) throw tooMany()
    const folder = parts.map((part) => `${part}/`).join('')
    return entries
      .filter(({ name }) => name !== '.' && name !== '..')
      .map((entry) => toFound(folder, entry))
      .filter(({ key }) => key.startsWith(prefix))
      .sort((a, b) => compareKeys(a.key, b.key))
  }
  /** In the order of the keys, because a folder sorts by its key, which ends with a slash. */
  const files = async function* (parts: readonly string[], isAfter: (file: Found) => boolean): AsyncGenerator<Found> {
    for (const found of await level(parts)) {
      if (!found.isFolder) {
        if (isAfter(found)) yield found
      } else if (!found.isLink && parts.length < deepest && (isAfter(found) || after.startsWith(found.key)))
        yield* files([...parts, found.name], isAfter)
    }
  }
  return { level, files }
}

type Found = ObjectInfo & { readonly isLink: boolean }

function toFound(folder: string, { name, isFolder, isLink = false, size, modified }: FolderEntry): Found {
  if (!isName(name)) throw badName()
  const key = `${folder}${name}${isFolder ? '/' : ''}`
  return { key, name, isFolder, isLink, ...fileFacts(isFolder, size, modified) }
}

/** Size, time and ETag of a file; a folder has none of them. */
export const fileFacts = (isFolder: boolean, size: number | null, modified: string | null) =>
  isFolder ? { size: null, modified: null, etag: null } : { size, modified, etag: weakEtag(size, modified) }

/** Size and time together: servers with folders keep nothing better. */
const weakEtag = (size: number | null, modified: string | null): string | null =>
  size === null || modified === null ? null : `W/"${size.toString(16)}-${Date.parse(modified).toString(16)}"`

const tooMany = (): Fault =>
  new Fault('too-large', `The folders hold more than ${mostEntries} entries.`, {
    hint: 'List a folder further down, or one level at a time.',
  })

const badName = (): Fault =>
  new Fault('source-failed', 'The server lists a name that no file can have.', {
    hint: 'A name with a slash in it cannot be shown: have it renamed.',
  })

async function take<T>(items: AsyncIterable<T>, count: number): Promise<T[]> {
  const taken: T[] = []
  for await (const item of items) {
    taken.push(item)
    if (taken.length >= count) break
  }
  return taken
}
