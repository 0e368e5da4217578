import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  HeadObjectCommand,
  ListPartsCommand,
  type Part,
  type S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3'
import { getSignedUrl } from '@aws-sdk/s3-request-presigner'
import type { Fault } from '../../domain/faults.ts'
import { checkObjectKey } from '../../domain/object-key.ts'
import type { UploadAt, Uploads } from '../../ports/objects.ts'
import { checkLinkSeconds, checkPartNumber, noSuchUpload, objectTaken, wrongParts } from '../object-rules.ts'
import { awsFault, errorName, httpStatus } from './faults.ts'
import { toHead } from './objects.ts'
import { toConditions } from './upload.ts'

/** Multipart uploads of a bucket. What is never completed goes by the bucket's lifecycle. */
export function awsUploads({ client, bucket }: { readonly client: S3Client; readonly bucket: string }): Uploads {
  const at = ({ key, upload }: UploadAt) => ({ Bucket: bucket, Key: key, UploadId: upload })
  return {
    async begin(key) {
      checkObjectKey(key)
      const request = new CreateMultipartUploadCommand({ Bucket: bucket, Key: key })
      return (await client.send(request).catch(refuse)).UploadId!
    },
    async sign(where, number, { seconds }) {
      checkPartNumber(number)
      checkLinkSeconds(seconds)
      const command = new UploadPartCommand({ ...at(where), PartNumber: number })
      return getSignedUrl(client, command, { expiresIn: seconds })
    },
    async parts(where) {
      const found: Part[] = []
      for (let after: string | undefined; ; ) {
        const page = await client
          .send(new ListPartsCommand({ ...at(where), ...(after !== undefined && { PartNumberMarker: after }) }))
          .catch(refuse)
        found.push(...(page.Parts ?? []))
        if (!page.IsTruncated) break
        after = page.NextPartNumberMarker
      }
      return found.map(({ PartNumber, Size, ETag }) => ({
        number: PartNumber!,
        size: Size!,
        etag: ETag!.replaceAll('"', ''),
      }))
    },
    async complete(where, parts, { ifAbsent = false } = {}) {
      const named = parts.map(({ number, etag }) => ({ PartNumber: number, ETag: `"${etag}"` }))
      const Parts = named.sort((a, b) => a.PartNumber - b.PartNumber)
      const request = { ...at(where), MultipartUpload: { Parts }, ...toConditions({ ifAbsent }) }
      await client.send(new CompleteMultipartUploadCommand(request)).catch((thrown) => {
        throw httpStatus(thrown) === 412 ? objectTaken(where.key, thrown) : uploadFault(thrown)
      })
      const { Bucket, Key } = at(where)
      return toHead(where.key, await client.send(new HeadObjectCommand({ Bucket, Key })).catch(refuse))
    },
    async abort(where) {
      await client.send(new AbortMultipartUploadCommand(at(where))).catch((thrown) => {
        if (errorName(thrown) !== 'NoSuchUpload') throw awsFault('S3', thrown)
      })
    },
  }
}

const refuse = (thrown: unknown): never => {
  throw uploadFault(thrown)
}

function uploadFault(thrown: unknown): Fault {
  if (errorName(thrown) === 'NoSuchUpload') return noSuchUpload(thrown)
  const isWrong = ['InvalidPart', 'InvalidPartOrder', 'EntityTooSmall', 'InvalidRequest'].includes(errorName(thrown))
  return isWrong || errorName(thrown) === 'MalformedXML' ? wrongParts(thrown) : awsFault('S3', thrown)
}
