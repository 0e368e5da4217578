import { ListMultipartUploadsCommand } from '@aws-sdk/client-s3'
import { expect } from 'vitest'
import { awsObjects } from '../../../shared/adapters/aws/objects.ts'
import { objectsContract } from '../../contract/objects.ts'
import { makeBucket, s3Client, secretAccessKey, takeTurns } from '../../support/aws.ts'
import { describeOn } from '../../support/emulator.ts'
import { moto } from '../../support/moto.ts'
import { isSigned } from '../../support/presigned.ts'

const partBytes = 5 * 1024 * 1024

/** What S3 does with a link: moto checks neither signature nor time, and knows no response-content-disposition. */
async function follow(url: string) {
  if (!isSigned(url, secretAccessKey)) return { status: 403, disposition: null, text: '' }
  const reply = await fetch(url)
  const disposition = new URL(url).searchParams.get('response-content-disposition')
  return { status: reply.status, disposition, text: await reply.text() }
}

describeOn(moto, 'S3', (endpoint) => {
  const make = async () => {
    const [client, other] = [s3Client(endpoint()), s3Client(endpoint())]
    takeTurns([client, other])
    const bucket = await makeBucket(client)
    const dispose = async () => {
      const { Uploads = [] } = await client.send(new ListMultipartUploadsCommand({ Bucket: bucket }))
      expect(Uploads, 'uploads left behind').toEqual([])
      client.destroy()
      other.destroy()
    }
    const [objects, twin] = [client, other].map((each) => awsObjects({ client: each, bucket, partBytes }))
    return { client, bucket, objects: objects!, twin: twin!, follow, dispose }
  }
  objectsContract('S3 on moto', make)
})
