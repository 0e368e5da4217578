import {
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  type ListObjectsV2CommandOutput,
} from '@aws-sdk/client-s3'
import { getSignedUrl } from '@aws-sdk/s3-request-presigner'
import { compareKeys } from '../../domain/compare-keys.ts'
import { Fault, isFault } from '../../domain/faults.ts'
import { throwIfEnded } from '../files/ended.ts'
import type { ObjectInfo, ObjectPage, Paged, SourceObjects } from '../kind.ts'
import { type At, ask, type Store } from './client.ts'
import { toFault } from './refusals.ts'

/** The objects of a bucket below the prefix of the connector. */
export function s3Objects(at: At, open: () => Promise<Store>): SourceObjects {
  const { bucket: Bucket, prefix: below = '' } = at.config
  const list = async (page: ObjectPage): Promise<Paged<ObjectInfo>> => {
    const { client } = await open()
    const input = {
      Bucket,
      Prefix: below + page.prefix,
      Delimiter: page.delimiter,
      MaxKeys: page.limit,
      ContinuationToken: page.after,
      // XML cannot carry every character that a key may hold.
      EncodingType: 'url' as const,
    }
    const found = await ask(at, () => client.send(new ListObjectsV2Command(input)))
    return { items: toItems(found, below, page.prefix), next: found.NextContinuationToken ?? null }
  }

  const describeObject = async (key: string): Promise<ObjectInfo> => {
    const { client } = await open()
    const head = await ask(at, () => client.send(new HeadObjectCommand({ Bucket, Key: below + key })))
    const { ContentLength: size = null, LastModified: modified, ETag: etag = null } = head
    return { key, name: nameOf(key), isFolder: false, size, modified: modified?.toISOString() ?? null, etag }
  }

  const describe = async (key: string): Promise<ObjectInfo> => {
    checkKey(below + key)
    if (key !== '' && !key.endsWith('/')) {
      try {
        return await describeObject(key)
      } catch (thrown) {
        if (!isFault(thrown, 'not-found')) throw thrown
      }
    }
    const folder = key === '' || key.endsWith('/') ? key : `${key}/`
    const { items } = await list({ prefix: folder, limit: 1 })
    if (items.length === 0 && folder !== '' && !(await hasMarker(folder))) throw notFound(key)
    return { key: folder, name: nameOf(folder), isFolder: true, size: null, modified: null, etag: null }
  }

  /** An object of that very name, by which consoles make folders that are empty. */
  const hasMarker = (folder: string) =>
    describeObject(folder).then(
      () => true,
      () => false,
    )

  return {
    list,
    describe,
    async read(key, range, of) {
      checkKey(below + key)
      const { client } = await open()
      if (range && range[0] >= range[1]) return nothing()
      const input = {
        Bucket,
        Key: below + key,
        ...(range && { Range: `bytes=${range[0]}-${range[1] - 1}` }),
        ...(of?.etag && { IfMatch: of.etag }),
      }
      try {
        const { Body } = await ask(at, () => client.send(new GetObjectCommand(input)))
        return bytesOf(Body as AsyncIterable<Uint8Array>, at.signal)
      } catch (thrown) {
        if (isFault(thrown, 'range-not-satisfiable')) return nothing()
        throw isFault(thrown, 'not-found') ? notFound(key) : thrown
      }
    },
    async link(key, seconds) {
      checkKey(below + key)
      const { client, keys } = await open()
      if (!keys) throw unsigned()
      const left = keys.expiration ? Math.floor((keys.expiration.getTime() - Date.now()) / 1000) : seconds
      const expiresIn = Math.max(1, Math.min(seconds, left))
      const command = new GetObjectCommand({
        Bucket,
        Key: below + key,
        ResponseContentDisposition: 'attachment',
        ResponseContentType: 'application/octet-stream',
      })
      const url = await ask(at, () => getSignedUrl(client, command, { expiresIn }))
      return { url, expires: new Date(Date.now() + expiresIn * 1000).toISOString() }
    },
  }
}

/** Folders and objects of a page in the order of their keys, without the object that a folder's own name has. */
function toItems(
  { Contents = [], CommonPrefixes = [] }: ListObjectsV2CommandOutput,
  below: string,
  prefix: string,
): ObjectInfo[] {
  const folders = CommonPrefixes.map(({ Prefix = '' }): ObjectInfo => folderOf(decoded(Prefix).slice(below.length)))
  const objects = Contents.map(({ Key = '', Size, LastModified, ETag }): ObjectInfo => {
    const key = decoded(Key).slice(below.length)
    if (key.endsWith('/') && (Size ?? 0) === 0) return folderOf(key)
    const modified = LastModified?.toISOString() ?? null
    return { key, name: nameOf(key), isFolder: false, size: Size ?? null, modified, etag: ETag ?? null }
  })
  return [...folders, ...objects]
    .filter(({ key, isFolder }) => !(isFolder && key === prefix))
    .sort((a, b) => compareKeys(a.key, b.key))
}

const folderOf = (key: string): ObjectInfo => ({
  key,
  name: nameOf(key),
  isFolder: true,
  size: null,
  modified: null,
  etag: null,
})

/** Spaces are written as + there. */
const decoded = (text: string): string => decodeURIComponent(text.replaceAll('+', '%20'))

const nameOf = (key: string): string => key.replace(/\/$/, '').replace(/^.*\//s, '')

/** A URL takes parts of dots away, and would lead to another object. */
export function checkKey(key: string): void {
  const isDotted = key.split('/').some((part) => part === '.' || part === '..')
  if (!isDotted && key.isWellFormed() && Buffer.byteLength(key) <= 1024) return
  throw new Fault('invalid-request', `${JSON.stringify(key.slice(0, 200))} cannot be the key of an object here.`, {
    hint: 'Keys have at most 1,024 bytes, and no part that is . or ..',
  })
}

async function* bytesOf(body: AsyncIterable<Uint8Array>, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  try {
    yield* body
  } catch (thrown) {
    throwIfEnded(signal)
    throw toFault(thrown)
  }
}

async function* nothing(): AsyncGenerator<Uint8Array> {}

const notFound = (key: string): Fault =>
  new Fault('not-found', `There is no object ${JSON.stringify(key.slice(0, 200))}.`, {
    hint: 'List its folder to see what is there.',
  })

const unsigned = (): Fault =>
  new Fault('not-offered', 'The bucket is read without keys, and none can sign.', {
    hint: 'Read the bytes here: leave `link` out.',
  })
