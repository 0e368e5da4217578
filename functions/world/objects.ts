import { S3Client } from '@aws-sdk/client-s3'
import { awsObjects } from '../../shared/adapters/aws/objects.ts'
import { env } from '../env.ts'
import { lazily } from './lazily.ts'

export const objects = lazily(() => awsObjects({ client: new S3Client({}), bucket: env('HEADGATE_BUCKET') }))
