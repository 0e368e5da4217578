import { DeleteObjectCommand, ListObjectsV2Command, PutObjectCommand, S3Client } from '@aws-sdk/client-s3'
import { env } from '../env.ts'
import { lazily } from './lazily.ts'

/** The files of the Data App in its bucket. */
export const appFiles = lazily(() => {
  const client = new S3Client({})
  const Bucket = env('HEADGATE_APP_BUCKET')
  return {
    put: (name: string, Body: Uint8Array, { type, cache }: { readonly type: string; readonly cache: string }) =>
      client.send(new PutObjectCommand({ Bucket, Key: name, Body, ContentType: type, CacheControl: cache })),
    delete: (name: string) => client.send(new DeleteObjectCommand({ Bucket, Key: name })),
    async *list() {
      for (let after: string | undefined, more = true; more; ) {
        const { Contents = [], IsTruncated = false } = await client.send(
          new ListObjectsV2Command({ Bucket, StartAfter: after }),
        )
        for (const { Key, LastModified } of Contents) yield { name: Key!, modified: LastModified!.getTime() }
        after = Contents.at(-1)?.Key
        more = IsTruncated && after !== undefined
      }
    },
  }
})
