import { LambdaClient } from '@aws-sdk/client-lambda'
import { awsRuns } from '../../shared/adapters/aws/runs.ts'
import { env } from '../env.ts'
import { lazily } from './lazily.ts'

export const runs = lazily(() => awsRuns({ client: new LambdaClient({}), worker: env('HEADGATE_WORKER') }))
