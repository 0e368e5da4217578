import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  type HeadObjectCommandOutput,
  ListObjectsV2Command,
  type S3Client,
} from '@aws-sdk/client-s3'
import { getSignedUrl } from '@aws-sdk/s3-request-presigner'
import { attachment } from '../../domain/attachment.ts'
import { type Fault, isFault } from '../../domain/faults.ts'
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
import { copyObject } from './copy.ts'
import { readBody } from './download.ts'
import { awsFault, errorName, httpStatus } from './faults.ts'
import { putObject } from './put.ts'

export interface AwsObjectsOptions {
  readonly client: S3Client
  readonly bucket: string
  /** Bytes of a part of an upload, 5 MB or more. Three are held at once. */
  readonly partBytes?: number
}

/** Objects in a bucket. How they are encrypted is the bucket's default. */
export function awsObjects({ client, bucket, partBytes = 8 * 1024 * 1024 }: AwsObjectsOptions): ObjectWriter {
  const at = (key: string) => {
    checkObjectKey(key)
    return { Bucket: bucket, Key: key }
  }
  const look = (key: string) => client.send(new HeadObjectCommand(at(key))).catch((thrown) => refuse(key, thrown))
  const head = async (key: string) => toHead(key, await look(key))
  const isThere = async (key: string) =>
    look(key).then(
      () => true,
      (fault) => (isFault(fault, 'not-found') ? false : Promise.reject(fault)),
    )

  /** Whoever may list a part of the bucket only is refused what is missing as what is forbidden: a listing tells. */
  async function refuse(key: string, thrown: unknown): Promise<never> {
    const isMissing = httpStatus(thrown) === 403 && !(await isListed(key))
    throw isMissing ? noSuchObject(key, thrown) : keyFault(key, thrown)
  }
  async function isListed(key: string): Promise<boolean> {
    const request = { Bucket: bucket, Prefix: key, MaxKeys: 1, EncodingType: 'url' as const }
    const { Contents = [] } = await client.send(new ListObjectsV2Command(request)).catch(asFault)
    return Contents[0]?.Key !== undefined && decodeKey(Contents[0].Key) === key
  }

  return {
    head,

    async get(key, range) {
      const target = at(key)
      if (range) checkRange(range)
      if (range && range[0] === range[1]) {
        clampRange(range, (await head(key)).size)
        return nothing()
      }
      try {
        return readBody(
          client,
          target,
          range?.[0] ?? 0,
          await client.send(new GetObjectCommand({ ...target, Range: toHeader(range) })),
        )
      } catch (thrown) {
        if (!range || httpStatus(thrown) !== 416) return refuse(key, thrown)
        clampRange(range, (await head(key)).size)
        return nothing()
      }
    },

    async list(prefix, page) {
      checkObjectPage(page)
      checkObjectPrefix(prefix)
      checkObjectPrefix(page.after ?? '')
      const request = {
        Bucket: bucket,
        Prefix: prefix || undefined,
        StartAfter: page.after || undefined,
        MaxKeys: page.limit,
        // XML cannot carry every character that a key may hold.
        EncodingType: 'url' as const,
      }
      const { Contents = [], IsTruncated } = await client.send(new ListObjectsV2Command(request)).catch(asFault)
      const objects = Contents.map(({ Key, ...found }) =>
        toHead(decodeKey(Key!), { ...found, ContentLength: found.Size }),
      )
      return { objects, next: IsTruncated ? (objects.at(-1)?.key ?? null) : null }
    },

    async link(key, { seconds, filename }) {
      const target = at(key)
      checkLinkSeconds(seconds)
      const command = new GetObjectCommand({ ...target, ResponseContentDisposition: attachment(filename) })
      return getSignedUrl(client, command, { expiresIn: seconds })
    },

    async put(key, bytes, { ifAbsent = false, ifMatch, contentType } = {}) {
      const target = { ...at(key), ContentType: contentType }
      const condition = { ifAbsent, ...(ifMatch !== undefined && { ifMatch }) }
      const found = await putObject(bytes, { client, target, condition, partBytes }, () => look(key))
      return toHead(key, found)
    },

    async copy(from, to, { ifAbsent = false } = {}) {
      const target = at(to)
      const source = await look(from)
      if (ifAbsent && (await isThere(to))) throw objectTaken(to)
      try {
        await copyObject({ client, from: at(from), source, to: target, ifAbsent })
      } catch (thrown) {
        await refuse(from, httpStatus(thrown) === 412 ? objectTaken(to, thrown) : thrown)
      }
      return head(to)
    },

    async delete(key, { ifMatch } = {}) {
      const target = at(key)
      if (ifMatch === undefined) {
        await client.send(new DeleteObjectCommand(target)).catch(asFault)
        return
      }
      const found = await head(key).catch((thrown) =>
        Promise.reject(isFault(thrown, 'not-found') ? objectChanged(key, thrown) : thrown),
      )
      if (found.etag !== ifMatch) throw objectChanged(key)
      await client.send(new DeleteObjectCommand({ ...target, IfMatch: `"${ifMatch}"` })).catch((thrown) => {
        throw httpStatus(thrown) === 412 ? objectChanged(key, thrown) : awsFault('S3', thrown)
      })
    },
  }
}

const asFault = (thrown: unknown): never => {
  throw awsFault('S3', thrown)
}

const keyFault = (key: string, thrown: unknown): Fault =>
  ['NotFound', 'NoSuchKey'].includes(errorName(thrown)) ? noSuchObject(key, thrown) : awsFault('S3', thrown)

const decodeKey = (key: string) => decodeURIComponent(key.replaceAll('+', ' '))

const toHeader = (range: ByteRange | undefined) => range && `bytes=${range[0]}-${range[1] - 1}`

async function* nothing(): AsyncGenerator<Uint8Array> {}

/** Times are whole seconds, as S3 gives them in headers. */
export function toHead(
  key: string,
  found: Pick<HeadObjectCommandOutput, 'ContentLength' | 'ETag' | 'LastModified'>,
): ObjectHead {
  const modified = new Date(Math.floor(found.LastModified!.getTime() / 1000) * 1000).toISOString()
  return { key, size: found.ContentLength ?? 0, etag: found.ETag!.replaceAll('"', ''), modified }
}
