import { LambdaClient } from '@aws-sdk/client-lambda'
import { awsExports } from '../../shared/adapters/aws/runs.ts'
import { env } from '../env.ts'
import { lazily } from './lazily.ts'

export const exports = lazily(() => awsExports({ client: new LambdaClient({}), exporter: env('HEADGATE_EXPORTER') }))
