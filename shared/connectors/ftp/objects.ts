import type { FileInfo } from 'basic-ftp'
import { Fault } from '../../domain/faults.ts'
import { clampRange, keyParts } from '../files/key.ts'
import { type FolderEntry, fileFacts, listTree } from '../files/tree.ts'
import type { ObjectInfo, SourceObjects } from '../kind.ts'
import { download } from './download.ts'
import type { Pool } from './pool.ts'
import { replyOf } from './refusals.ts'
import type { Session } from './session.ts'

/** The files below the root of an FTP server. */
export function ftpObjects(pool: Pool, signal: AbortSignal): SourceObjects {
  const describe = (key: string) => pool.use((session) => describeKey(session, key))
  return {
    list: (page) => listTree((parts) => pool.use((session) => readFolder(session, parts)), page),
    describe,
    async read(key, range, of) {
      const info = await describe(key)
      if (info.isFolder) throw notFound(key)
      // A list may tell less than a description does: then there is nothing to compare.
      if (of?.etag && of.etag !== info.etag)
        throw new Fault('source-changed', 'The file changed while it was read.', { hint: 'Read it again.' })
      return download(pool, signal, (session) => pathOf(session, keyParts(key)), clampRange(range, info.size))
    },
  }
}

/** The entries of a folder. Lists of the Unix kind have dates without a year or a zone: those tell no time. */
async function readFolder(session: Session, parts: readonly string[]): Promise<FolderEntry[] | undefined> {
  const { client } = session
  if (!(await enter(session, parts))) return undefined
  const entries: FolderEntry[] = []
  for (const info of await client.list()) {
    const isLink = info.isSymbolicLink
    const isFolder = isLink ? await enter(session, [...parts, info.name]) : info.isDirectory
    const size = isFolder || isLink ? null : info.size
    entries.push({ name: info.name, isFolder, isLink, size, modified: timeOf(info) })
  }
  return entries
}

async function describeKey(session: Session, key: string): Promise<ObjectInfo> {
  const parts = keyParts(key)
  const name = parts.at(-1) ?? ''
  if (await enter(session, parts)) {
    const folder = parts.map((part) => `${part}/`).join('')
    return { key: folder, name, isFolder: true, ...fileFacts(true, null, null) }
  }
  if (key.endsWith('/')) throw notFound(key)
  const { client } = session
  const path = pathOf(session, parts)
  const size = await unlessRefused(client.size(path))
  const modified = await unlessRefused(client.lastMod(path))
  if (size === undefined) {
    await enter(session, parts.slice(0, -1))
    const listed = (await client.list()).find((info) => info.name === name && !info.isDirectory)
    if (!listed) throw notFound(key)
    return { key: parts.join('/'), name, isFolder: false, ...fileFacts(false, listed.size, timeOf(listed)) }
  }
  return { key: parts.join('/'), name, isFolder: false, ...fileFacts(false, size, toInstant(modified)) }
}

/** Makes a folder the working one, so that its name is in no LIST, where servers take `*` for a pattern. */
const enter = async (session: Session, parts: readonly string[]): Promise<boolean> =>
  (await unlessRefused(session.client.cd(pathOf(session, parts)))) !== undefined

/** The path in a command. A line end would begin another command: no name that FTP can tell holds one. */
function pathOf({ root }: Session, parts: readonly string[]): string {
  const path = parts.length === 0 ? root || '/' : `${root}/${parts.join('/')}`
  if (/[\r\n]/.test(path)) throw notFound(parts.join('/'))
  return path
}

/** What the server answers; undefined where it refuses this one command, or tells no number where there should be one. */
async function unlessRefused<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer
  } catch (thrown) {
    if (replyOf(thrown)?.startsWith('5') || (thrown as Error).message.startsWith("Can't parse response"))
      return undefined
    throw thrown
  }
}

const timeOf = (info: FileInfo): string | null => toInstant(info.modifiedAt)

/** Whole seconds, because a list and MDTM may tell fractions differently. */
const toInstant = (date: Date | undefined): string | null =>
  date === undefined || Number.isNaN(date.getTime()) ? null : `${date.toISOString().slice(0, 19)}.000Z`

const notFound = (key: string): Fault =>
  new Fault('not-found', `There is no file ${JSON.stringify(key.slice(0, 200))}.`, {
    hint: 'List its folder to see what is there.',
  })
