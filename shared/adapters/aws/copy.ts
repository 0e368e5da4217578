import {
  AbortMultipartUploadCommand,
  type CompletedPart,
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  type HeadObjectCommandOutput,
  type S3Client,
  UploadPartCopyCommand,
} from '@aws-sdk/client-s3'
import { toConditions } from './upload.ts'

interface Place {
  readonly Bucket: string
  readonly Key: string
}

export interface Copy {
  readonly client: S3Client
  readonly from: Place
  /** What is there. */
  readonly source: HeadObjectCommandOutput
  readonly to: Place
  readonly ifAbsent: boolean
}

/** The most that S3 copies in one request. */
const wholeBytes = 5 * 1024 ** 3
const partBytes = 1024 ** 3

/** Has S3 copy an object, in parts where it is large. Throws what the SDK throws. */
export async function copyObject({ client, from, source, to, ifAbsent }: Copy): Promise<void> {
  const conditions = toConditions({ ifAbsent })
  const copied = {
    CopySource: `${from.Bucket}/${from.Key.split('/').map(encodeURIComponent).join('/')}`,
    CopySourceIfMatch: source.ETag,
  }
  const size = source.ContentLength ?? 0
  if (size <= wholeBytes) {
    await client.send(new CopyObjectCommand({ ...to, ...copied, ...conditions }))
    return
  }
  const { UploadId } = await client.send(new CreateMultipartUploadCommand({ ...to, ContentType: source.ContentType }))
  const id = { ...to, UploadId }
  try {
    const parts: CompletedPart[] = []
    for (let begin = 0; begin < size; begin += partBytes) {
      const PartNumber = parts.length + 1
      const CopySourceRange = `bytes=${begin}-${Math.min(begin + partBytes, size) - 1}`
      const { CopyPartResult } = await client.send(
        new UploadPartCopyCommand({ ...id, ...copied, PartNumber, CopySourceRange }),
      )
      parts.push({ PartNumber, ETag: CopyPartResult?.ETag })
    }
    const request = { ...id, MultipartUpload: { Parts: parts }, ...conditions }
    await client.send(new CompleteMultipartUploadCommand(request))
  } catch (thrown) {
    await client.send(new AbortMultipartUploadCommand(id)).catch(() => {})
    throw thrown
  }
}
