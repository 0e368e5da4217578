import { S3Client } from '@aws-sdk/client-s3'
import { awsObjects } from '../../shared/adapters/aws/objects.ts'
import { env } from '../env.ts'
import { perOwner } from './owners.ts'

/** What a caller owns of the objects. */
export const ownObjects = perOwner((credentials) =>
  awsObjects({ client: new S3Client({ credentials }), bucket: env('HEADGATE_BUCKET') }),
)
