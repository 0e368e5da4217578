import { type BigIntStats, constants } from 'node:fs'
import { type FileHandle, open, rm, rmdir, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { isFault } from '../../domain/faults.ts'
import { checkObjectKey, checkObjectPrefix } from '../../domain/object-key.ts'
import type { ObjectHead, ObjectWriter } from '../../ports/objects.ts'
import {
  type ByteRange,
  checkLinkSeconds,
  checkObjectPage,
  checkRange,
  clampRange,
  noSuchObject,
  objectChanged,
  objectTaken,
} from '../object-rules.ts'
import { isErrno, placeFile, sweepDrafts, unlessMissing } from './files.ts'
import { type LinkOptions, signLink } from './links.ts'
import { filesIn, fromByteString, objectPath, toByteString } from './object-path.ts'
import { walkObjects } from './object-walk.ts'
import { inTurn } from './turns.ts'

export interface LocalObjectsOptions extends LinkOptions {
  readonly folder: string
}

/** Objects as files under a folder. Several processes may share it. */
export function localObjects(options: LocalObjectsOptions): ObjectWriter {
  const root = filesIn(options.folder)
  const scratch = join(options.folder, 'drafts')
  let swept: Promise<void> | undefined

  const fileOf = (key: string) => {
    checkObjectKey(key)
    return objectPath(root, key)
  }
  const head = async (key: string, file = fileOf(key)) =>
    toHead(key, await orMissing(key, stat(file, { bigint: true })))

  /** Fault precondition-failed where the object is not of that ETag. */
  const checkMatch = async (key: string, ifMatch: string | undefined) => {
    if (ifMatch === undefined) return
    const found = await head(key).catch((thrown) => {
      if (!isFault(thrown, 'not-found')) throw thrown
    })
    if (found?.etag !== ifMatch) throw objectChanged(key)
  }

  const objects: ObjectWriter = {
    head: (key) => head(key),
    async get(key, range) {
      const file = fileOf(key)
      if (range) checkRange(range)
      const { size } = await head(key, file)
      if (range) clampRange(range, size)
      return readBytes(key, file, range)
    },
    async list(prefix, page) {
      checkObjectPage(page)
      checkObjectPrefix(prefix)
      checkObjectPrefix(page.after ?? '')
      const objects: ObjectHead[] = []
      const walk = { prefix: toByteString(prefix), after: toByteString(page.after ?? '') }
      for await (const { bytes, path } of walkObjects(root, walk)) {
        if (objects.length === page.limit) return { objects, next: objects.at(-1)!.key }
        const found = await stat(path, { bigint: true }).catch(unlessMissing)
        if (found) objects.push(toHead(fromByteString(bytes), found))
      }
      return { objects, next: null }
    },
    async link(key, { seconds, filename }) {
      checkObjectKey(key)
      checkLinkSeconds(seconds)
      return signLink(options, { key, filename }, Math.floor(Date.now() / 1000) + seconds)
    },
    async put(key, bytes, { ifAbsent = false, ifMatch } = {}) {
      const file = fileOf(key)
      swept ??= sweepDrafts(scratch)
      await swept
      let written: BigIntStats | undefined
      const fill = async (handle: FileHandle) => {
        await handle.writeFile(bytes)
        await stamp(handle)
        written = await handle.stat({ bigint: true })
      }
      const turn = <T>(work: () => Promise<T>) => inTurn(file, () => checkMatch(key, ifMatch).then(work))
      if (!(await placeFile(file, fill, { scratch, ifAbsent, turn }))) throw objectTaken(key)
      return toHead(key, written!)
    },
    async copy(from, to, { ifAbsent = false } = {}) {
      await head(from)
      return objects.put(to, readBytes(from, fileOf(from), undefined), { ifAbsent })
    },
    async delete(key, { ifMatch } = {}) {
      const file = fileOf(key)
      await inTurn(file, () => checkMatch(key, ifMatch).then(() => rm(file, { force: true })))
      await removeEmpty(dirname(file), root)
    },
  }
  return objects
}

const chunkBytes = 256 * 1024

/** Opens the file when the reading begins, so that a reading that never begins holds nothing. */
async function* readBytes(key: string, file: string, range: ByteRange | undefined): AsyncGenerator<Uint8Array> {
  const handle = await orMissing(key, open(file, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0)))
  try {
    const { size } = await handle.stat()
    let [at, end] = range ? clampRange(range, size) : [0, size]
    while (at < end) {
      const { bytesRead, buffer } = await handle.read(Buffer.allocUnsafe(Math.min(chunkBytes, end - at)), {
        position: at,
      })
      if (bytesRead === 0) return
      at += bytesRead
      yield buffer.subarray(0, bytesRead)
    }
  } finally {
    await handle.close()
  }
}

let lastStampUs = 0

/** Gives a file a time of its own, microseconds: a clock's tick is long enough for two contents of one size. */
async function stamp(handle: FileHandle): Promise<void> {
  lastStampUs = Math.max(lastStampUs + 1, Date.now() * 1000)
  // Seconds as a double are good to a quarter of a microsecond, and what is more than whole ones is cut off.
  const seconds = (lastStampUs + 0.5) / 1e6
  await handle.utimes(seconds, seconds)
}

const toHead = (key: string, { size, mtimeNs }: BigIntStats): ObjectHead => ({
  key,
  size: Number(size),
  etag: `${(mtimeNs / 1000n).toString(16)}-${size.toString(16)}`,
  modified: new Date(Number(mtimeNs / 1_000_000n)).toISOString(),
})

async function orMissing<T>(key: string, promise: Promise<T>): Promise<T> {
  try {
    return await promise
  } catch (thrown) {
    throw isErrno(thrown, 'ENOENT', 'ENOTDIR') ? noSuchObject(key, thrown) : thrown
  }
}

/** Takes away folders that hold nothing any more, from here up. */
async function removeEmpty(folder: string, root: string): Promise<void> {
  for (let each = folder; each !== root; each = dirname(each)) {
    try {
      await rmdir(each)
    } catch {
      return // not empty, or already gone: either way somebody else's
    }
  }
}
