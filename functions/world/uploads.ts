import { S3Client } from '@aws-sdk/client-s3'
import { awsUploads } from '../../shared/adapters/aws/uploads.ts'
import { env } from '../env.ts'
import { lazily } from './lazily.ts'

export const uploads = lazily(() => awsUploads({ client: new S3Client({}), bucket: env('HEADGATE_BUCKET') }))
