import {
  GetObjectCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  NoSuchKey,
  S3Client,
} from '@aws-sdk/client-s3'
import { describe } from 'vitest'
import kind from '../../../shared/connectors/s3/kind.ts'
import { openS3Writer } from '../../../shared/connectors/s3/write.ts'
import { Secret } from '../../../shared/domain/secret.ts'
import { describeFileWriter } from '../../contract/file-writer.ts'
import { countingEgress } from '../../support/counting-egress.ts'
import { moto } from '../../support/moto.ts'
import { testStore } from '../../support/s3-store.ts'

describe.skipIf(moto.missing)(`with moto${moto.missing ? ` (skipped: ${moto.missing})` : ''}`, async () => {
  if (moto.missing) return
  const { bucket: Bucket, endpoint, keys } = await testStore({})
  const admin = new S3Client({ endpoint, region: 'us-east-1', forcePathStyle: true, credentials: keys })
  const prefix = 'below/'

  describeFileWriter('a bucket', {
    folder: 'folder/',
    open: (signal = new AbortController().signal) =>
      openS3Writer(
        {
          config: kind.config.parse({ bucket: Bucket, endpoint, prefix }),
          credential: new Secret(keys),
          egress: countingEgress(),
          signal,
        },
        5 << 20,
      ),
    async read(key) {
      try {
        const { Body } = await admin.send(new GetObjectCommand({ Bucket, Key: prefix + key }))
        return Buffer.from(await Body!.transformToByteArray())
      } catch (thrown) {
        if (thrown instanceof NoSuchKey) return undefined
        throw thrown
      }
    },
    async list() {
      const { Contents = [] } = await admin.send(new ListObjectsV2Command({ Bucket }))
      const { Uploads = [] } = await admin.send(new ListMultipartUploadsCommand({ Bucket }))
      return [...Contents.map(({ Key }) => Key!), ...Uploads.map(({ UploadId }) => `upload ${UploadId}`)]
    },
  })
})
