import type * as api from '../api/objects.ts'
import type { Input, Stream, UseCase } from '../api/operation.ts'
import type { SourceObjects } from '../connectors/kind.ts'
import { Fault, isFault } from '../domain/faults.ts'
import type { ObjectHead, ObjectReader } from '../ports/objects.ts'
import { bytesReply } from './bytes-reply.ts'
import { olderKey, olderKeys } from './older-versions.ts'
import { type OwnObject, ownObject } from './own-scope.ts'
import { noSuchObject } from './show-object.ts'

type Asked = Input<typeof api.readObject>

export const readObject: UseCase<typeof api.readObject> = async ({ catalog, objects }, input) => {
  const object = await ownObject(catalog, input.path, input)
  if (input.versions) return json(await listOlder(objects, object))
  const key = input.version === undefined ? object.key : olderKey(object, input.version)
  const head = await headOf(objects, object, key)
  checkMatch(head, input.ifMatch)
  if (input.link) return json(await link(objects, object, key, input))
  if (input.format !== undefined) {
    const { fileRowsReply } = await import('./file-rows.ts')
    return fileRowsReply(fileOfOwn(objects, object, head), input, async () => {})
  }
  const filename = object.name.slice(object.name.lastIndexOf('/') + 1)
  const info = { ...head, name: filename, etag: `"${head.etag}"` }
  if (input.begin !== undefined || input.end !== undefined) return part(objects, info, key, input)
  return bytesReply(
    info,
    input.reading,
    (range) => objects.get(key, range),
    async () => {},
  )
}

/** An object as the only file of a source: what reads rows of files reads those of objects. */
function fileOfOwn(objects: ObjectReader, { root, name }: OwnObject, head: ObjectHead) {
  const { key, size, modified, etag } = head
  const info = { key: name, name, isFolder: false, size, modified, etag: `"${etag}"` }
  const files: SourceObjects = {
    list: async () => ({ items: [info], next: null }),
    describe: async () => info,
    read: async (_, range) => {
      if ((await objects.head(key)).etag === etag) return objects.get(key, range)
      throw new Fault('source-changed', `${name} was put anew while it was read.`, { hint: 'Begin again.' })
    },
  }
  return { objects: files, info, of: root }
}

/** An object's head. Fault not-found, in which no key is named. */
export async function headOf(objects: ObjectReader, object: OwnObject, key = object.key): Promise<ObjectHead> {
  return objects.head(key).catch((thrown) => {
    throw isFault(thrown, 'not-found') ? noSuchObject(object, thrown) : thrown
  })
}

/** Fault precondition-failed where `If-Match` names another version. */
export function checkMatch({ etag }: ObjectHead, ifMatch: string | undefined): void {
  if (ifMatch === undefined || ifMatch.trim() === '*') return
  if (!ifMatch.split(',').some((tag) => tag.trim() === `"${etag}"`))
    throw new Fault('precondition-failed', 'The object is not the one that If-Match names.')
}

/** The half-open range that the query asks for: clamped, empty where it is empty. Fault range-not-satisfiable. */
async function part(
  objects: ObjectReader,
  info: ObjectHead & { readonly name: string },
  key: string,
  { begin = 0, end = Math.max(begin, info.size) }: Asked,
): Promise<Stream> {
  const stream = await objects.get(key, [begin, end])
  const size = Math.min(end, info.size) - begin
  const reply = await bytesReply(
    { ...info, size },
    noReading,
    async () => stream,
    async () => {},
  )
  return { ...reply, headers: { ...reply.headers, 'accept-ranges': 'none' } }
}

const noReading = { range: undefined, ifRange: undefined, ifNoneMatch: undefined }

async function link(objects: ObjectReader, { name }: OwnObject, key: string, { seconds }: Asked) {
  const expires = new Date(Date.now() + seconds * 1000).toISOString()
  return { url: await objects.link(key, { seconds, filename: name.slice(name.lastIndexOf('/') + 1) }), expires }
}

async function listOlder(objects: ObjectReader, object: OwnObject) {
  const keys = await Array.fromAsync(olderKeys(objects, object))
  const heads = await Promise.all(keys.slice(-1000).map((key) => objects.head(key)))
  return {
    items: heads.map(({ key, size, modified, etag }) => ({
      version: key.slice(key.lastIndexOf('/') + 1),
      size,
      modified,
      etag,
    })),
  }
}

function json(value: unknown): Stream {
  const body = Buffer.from(JSON.stringify(value))
  return {
    headers: { 'content-type': 'application/json', 'content-length': String(body.byteLength) },
    stream: (async function* () {
      yield body
    })(),
  }
}
