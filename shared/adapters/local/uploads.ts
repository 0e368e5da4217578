import { createHash, createHmac, randomUUID, timingSafeEqual } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { mkdir, readdir, readFile, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { Fault } from '../../domain/faults.ts'
import { checkObjectKey } from '../../domain/object-key.ts'
import type { ObjectWriter, UploadAt, UploadPart, Uploads } from '../../ports/objects.ts'
import { checkLinkSeconds, checkPartNumber, maxParts, minPartBytes, noSuchUpload, wrongParts } from '../object-rules.ts'
import { isErrno, placeFile, unlessMissing } from './files.ts'

export interface LocalUploadsOptions {
  readonly folder: string
  readonly objects: ObjectWriter
  /** The address that takes parts, without a query: `http://127.0.0.1:7420/uploads`. */
  readonly uploadBase: string
  /** What addresses are signed with, 32 bytes. */
  readonly linkKey: Uint8Array
}

export interface LocalUploads extends Uploads {
  /** Takes the bytes that are sent to a signed address; gives their ETag. Faults: forbidden, not-found. */
  receive(params: URLSearchParams, bytes: AsyncIterable<Uint8Array>): Promise<string>
}

/** Parts as files in a folder an upload, named by number and MD5, as S3's ETags are. */
export function localUploads({ folder, objects, uploadBase, linkKey }: LocalUploadsOptions): LocalUploads {
  const sign = (query: URLSearchParams) =>
    createHmac('sha256', linkKey)
      .update(
        JSON.stringify(['headgate upload', ...['key', 'upload', 'part', 'expires'].map((name) => query.get(name))]),
      )
      .digest('base64url')
  const folderOf = ({ upload }: UploadAt) => {
    if (!/^[0-9a-f-]{36}$/.test(upload)) throw noSuchUpload()
    return join(folder, upload)
  }

  /** The upload's folder, where it is under way and for that key. */
  const find = async (at: UploadAt): Promise<string> => {
    const place = folderOf(at)
    const key = await readFile(join(place, 'key'), 'utf8').catch((thrown) => {
      throw isErrno(thrown, 'ENOENT') ? noSuchUpload(thrown) : thrown
    })
    if (key !== at.key) throw noSuchUpload()
    return place
  }

  const partsIn = async (place: string): Promise<readonly UploadPart[]> => {
    const parts: UploadPart[] = []
    for (const name of await readdir(place)) {
      if (!/^\d+$/.test(name)) continue
      const etag = await readFile(join(place, `${name}.md5`), 'utf8').catch(() => undefined)
      if (etag !== undefined) parts.push({ number: Number(name), size: (await stat(join(place, name))).size, etag })
    }
    return parts.sort((a, b) => a.number - b.number)
  }

  return {
    async begin(key) {
      checkObjectKey(key)
      await sweep(folder)
      const upload = randomUUID()
      const place = join(folder, upload)
      await mkdir(place, { recursive: true, mode: 0o700 })
      await placeFile(join(place, 'key'), (handle) => handle.writeFile(key), { scratch: place })
      return upload
    },
    async sign({ key, upload }, number, { seconds }) {
      checkPartNumber(number)
      checkLinkSeconds(seconds)
      const expires = String(Math.floor(Date.now() / 1000) + seconds)
      const query = new URLSearchParams({ key, upload, part: String(number), expires })
      query.set('signature', sign(query))
      return `${uploadBase}?${query}`
    },
    async receive(params, bytes) {
      const [given, expected] = [Buffer.from(params.get('signature') ?? ''), Buffer.from(sign(params))]
      const isOurs = given.length === expected.length && timingSafeEqual(given, expected)
      if (!isOurs || Number(params.get('expires')) * 1000 <= Date.now())
        throw new Fault('forbidden', 'This address is not valid, or has expired.', { hint: 'Ask for a new one.' })
      const place = await find({ key: params.get('key')!, upload: params.get('upload')! })
      const file = join(place, params.get('part')!)
      const md5 = createHash('md5')
      const digested = async function* () {
        for await (const chunk of bytes) {
          md5.update(chunk)
          yield chunk
        }
      }
      await rm(`${file}.md5`, { force: true })
      await placeFile(file, (handle) => handle.writeFile(digested()), { scratch: place })
      const etag = md5.digest('hex')
      await placeFile(`${file}.md5`, (handle) => handle.writeFile(etag), { scratch: place })
      return etag
    },
    parts: async (at) => partsIn(await find(at)),
    async complete(at, wanted, { ifAbsent = false } = {}) {
      const place = await find(at)
      const arrived = new Map((await partsIn(place)).map((part) => [part.number, part]))
      const inOrder = [...wanted].sort((a, b) => a.number - b.number)
      const isRight = inOrder.every(({ number, etag }, i) => {
        const part = arrived.get(number)
        const isLast = i === inOrder.length - 1
        return part?.etag === etag && inOrder[i + 1]?.number !== number && (isLast || part.size >= minPartBytes)
      })
      if (!isRight || wanted.length === 0 || wanted.length > maxParts) throw wrongParts()
      const files = inOrder.map(({ number }) => join(place, String(number)))
      const head = await objects.put(at.key, joined(files), { ifAbsent })
      await rm(place, { recursive: true, force: true })
      return head
    },
    async abort(at) {
      await rm(folderOf(at), { recursive: true, force: true })
    },
  }
}

const lifeMs = 2 * 24 * 60 * 60 * 1000

/** Removes what uploads left that nobody went on with for two days. */
async function sweep(folder: string): Promise<void> {
  for (const upload of await readdir(folder).catch(() => [])) {
    const found = await stat(join(folder, upload)).catch(unlessMissing)
    if (found && Date.now() - found.mtimeMs > lifeMs) await rm(join(folder, upload), { recursive: true, force: true })
  }
}

async function* joined(files: readonly string[]): AsyncGenerator<Uint8Array> {
  for (const file of files) yield* createReadStream(file) as AsyncIterable<Uint8Array>
}
