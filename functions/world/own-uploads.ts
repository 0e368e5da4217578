import { S3Client } from '@aws-sdk/client-s3'
import { awsUploads } from '../../shared/adapters/aws/uploads.ts'
import { env } from '../env.ts'
import { perOwner } from './owners.ts'

/** Uploads of a caller's own objects. */
export const ownUploads = perOwner((credentials) =>
  awsUploads({ client: new S3Client({ credentials }), bucket: env('HEADGATE_BUCKET') }),
)
