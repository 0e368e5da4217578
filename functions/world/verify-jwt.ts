import { cognitoVerifier } from '../../shared/adapters/aws/cognito-verifier.ts'
import { env } from '../env.ts'
import { lazily } from './lazily.ts'

export const verifyJwt = lazily(() =>
  cognitoVerifier({ userPoolId: env('HEADGATE_USER_POOL'), clientId: env('HEADGATE_USER_POOL_CLIENT') }),
)
