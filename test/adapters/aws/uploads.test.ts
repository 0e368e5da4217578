import { awsObjects } from '../../../shared/adapters/aws/objects.ts'
import { awsUploads } from '../../../shared/adapters/aws/uploads.ts'
import { uploadsContract } from '../../contract/uploads.ts'
import { makeBucket, s3Client, secretAccessKey } from '../../support/aws.ts'
import { describeOn } from '../../support/emulator.ts'
import { moto } from '../../support/moto.ts'
import { isSigned } from '../../support/presigned.ts'

describeOn(moto, 'S3', (endpoint) => {
  uploadsContract('S3 on moto', async () => {
    const client = s3Client(endpoint())
    const bucket = await makeBucket(client)
    const uploads = awsUploads({ client, bucket })
    return {
      objects: awsObjects({ client, bucket }),
      uploads,
      twin: awsUploads({ client, bucket }),
      dispose: async () => client.destroy(),
      /** moto does not check signatures. */
      async send(url, bytes) {
        if (!isSigned(url, secretAccessKey, 'PUT')) return undefined
        const { ok, headers } = await fetch(url, { method: 'PUT', body: Buffer.from(bytes) })
        return ok ? headers.get('etag')!.replaceAll('"', '') : undefined
      },
    }
  })
})
