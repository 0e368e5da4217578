import { LambdaClient } from '@aws-sdk/client-lambda'
import { awsRunWork } from '../../shared/adapters/aws/runs.ts'
import { env } from '../env.ts'
import { lazily } from './lazily.ts'

export const runWork = lazily(() =>
  awsRunWork({ client: new LambdaClient({}), extractor: env('HEADGATE_EXTRACTOR'), holder: env('HEADGATE_HOLDER') }),
)
