import { SSMClient } from '@aws-sdk/client-ssm'
import { awsSecrets } from '../../shared/adapters/aws/secrets.ts'
import { env } from '../env.ts'
import { lazily } from './lazily.ts'

export const secrets = lazily(() =>
  awsSecrets({
    client: new SSMClient({}),
    prefix: env('HEADGATE_SECRETS'),
    keyId: env('HEADGATE_SECRETS_KEY'),
  }),
)
