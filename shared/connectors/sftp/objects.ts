import type { FileEntryWithStats, Stats } from 'ssh2'
import { Fault } from '../../domain/faults.ts'
import { throwIfEnded } from '../files/ended.ts'
import { clampRange, keyParts } from '../files/key.ts'
import { type FolderEntry, fileFacts, listTree } from '../files/tree.ts'
import type { ObjectInfo, SourceObjects } from '../kind.ts'
import { readRange } from './read.ts'
import { statusOf, toFault } from './refusals.ts'
import { type Done, patienceMs, request, type Session } from './session.ts'

/** Entries of one folder, and how long a list of it may take. */
const mostEntries = 200_000
const listingMs = 2 * patienceMs

/** The files below the root of an SFTP server. */
export function sftpObjects(open: () => Promise<Session>, signal: AbortSignal): SourceObjects {
  const within = async <T>(run: (session: Session) => Promise<T>): Promise<T> => {
    try {
      return await run(await open())
    } catch (thrown) {
      throwIfEnded(signal)
      throw toFault(thrown)
    }
  }
  const describe = (key: string) => within((session) => describeKey(session, signal, key))
  return {
    list: (page) => within((session) => listTree((parts) => readFolder(session, signal, parts), page)),
    describe,
    async read(key, range, of) {
      const info = await describe(key)
      if (info.isFolder) throw notFound(key)
      // A list may tell less than a description does: then there is nothing to compare.
      if (of?.etag && of.etag !== info.etag)
        throw new Fault('source-changed', 'The file changed while it was read.', { hint: 'Read it again.' })
      const session = await open()
      return translated(
        readRange(session, signal, pathOf(session, keyParts(key)), clampRange(range, info.size ?? 0)),
        signal,
      )
    },
  }
}

async function* translated(bytes: AsyncIterable<Uint8Array>, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  try {
    yield* bytes
  } catch (thrown) {
    throwIfEnded(signal)
    throw toFault(thrown)
  }
}

async function describeKey(session: Session, signal: AbortSignal, key: string): Promise<ObjectInfo> {
  const parts = keyParts(key)
  const stats = await statOf(session, signal, pathOf(session, parts))
  const isFolder = stats?.isDirectory() ?? false
  if (!stats || !(isFolder || (stats.isFile() && !key.endsWith('/')))) throw notFound(key)
  const folder = isFolder && parts.length > 0 ? '/' : ''
  return {
    key: parts.join('/') + folder,
    name: parts.at(-1) ?? '',
    isFolder,
    ...fileFacts(isFolder, stats.size, timeOf(stats)),
  }
}

async function readFolder(session: Session, signal: AbortSignal, parts: readonly string[]) {
  const path = pathOf(session, parts)
  const listed = await listFolder(session, signal, path)
  const entries: FolderEntry[] = []
  for (const { filename: name, attrs } of listed ?? []) {
    const isLink = attrs.isSymbolicLink()
    const stats = isLink ? await statOf(session, signal, `${path}/${name}`) : attrs
    // Pipes, sockets and devices are no files, and reading one may never end.
    if (!stats?.isDirectory() && !stats?.isFile()) continue
    entries.push({ name, isFolder: stats.isDirectory(), isLink, size: stats.size, modified: timeOf(stats) })
  }
  return listed && entries
}

/** What the server lists; undefined where there is no such folder. */
async function listFolder({ client, sftp }: Session, signal: AbortSignal, path: string) {
  const begun = performance.now()
  let handle: Buffer
  try {
    handle = await request(client, signal, (done: Done<Buffer>) => sftp.opendir(path || '/', done))
  } catch (thrown) {
    if (statusOf(thrown) !== 2 && !(statusOf(thrown) === 4 && (await isNoFolder({ client, sftp }, signal, path))))
      throw thrown
    return undefined
  }
  const entries: FileEntryWithStats[] = []
  for (;;) {
    const more = await request(client, signal, (done: Done<FileEntryWithStats[]>) =>
      sftp.readdir(handle, (error, list) =>
        (error as { code?: unknown } | undefined)?.code === 1 ? done(undefined, []) : done(error, list),
      ),
    )
    if (more.length === 0) break
    for (const entry of more) entries.push(entry)
    if (entries.length > mostEntries || performance.now() - begun > listingMs) {
      client.destroy()
      throw endless()
    }
  }
  sftp.close(handle, () => {})
  return entries
}

async function isNoFolder(session: Pick<Session, 'client' | 'sftp'>, signal: AbortSignal, path: string) {
  const stats = await statOf(session, signal, path)
  return stats !== undefined && !stats.isDirectory()
}

/** Links are followed. Undefined where there is nothing, or nothing that the login may see. */
async function statOf(
  { client, sftp }: Pick<Session, 'client' | 'sftp'>,
  signal: AbortSignal,
  path: string,
): Promise<Stats | undefined> {
  try {
    return await request(client, signal, (done: Done<Stats>) => sftp.stat(path || '/', done))
  } catch (thrown) {
    if (statusOf(thrown) === 2) return undefined
    throw thrown
  }
}

const pathOf = ({ root }: Session, parts: readonly string[]): string =>
  parts.length === 0 ? root : `${root}/${parts.join('/')}`

const timeOf = ({ mtime }: Stats): string | null => {
  const date = new Date(mtime * 1000)
  return Number.isNaN(date.getTime()) ? null : date.toISOString()
}

const notFound = (key: string): Fault =>
  new Fault('not-found', `There is no file ${JSON.stringify(key.slice(0, 200))}.`, {
    hint: 'List its folder to see what is there.',
  })

const endless = (): Fault =>
  new Fault('too-large', 'The list of the folder is larger than can be taken.', {
    hint: 'Have the files spread over several folders.',
  })
