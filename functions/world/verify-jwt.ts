import * as z from 'zod'
import { cognitoVerifier } from '../../shared/adapters/aws/cognito-verifier.ts'
import { oidcVerifier } from '../../shared/adapters/aws/oidc-verifier.ts'
import { env } from '../env.ts'
import { lazily } from './lazily.ts'

/** What the deployment says of who signs people in; an audience is what Cognito's access tokens do not have. */
const SignIn = z.object({
  issuer: z.string(),
  clientId: z.string(),
  audience: z.string().nullable(),
  jwksUri: z.string(),
  groupsClaim: z.string(),
})

export const verifyJwt = lazily(() => {
  const { issuer, clientId, audience, ...more } = SignIn.parse(JSON.parse(env('HEADGATE_SIGN_IN')))
  return audience === null
    ? cognitoVerifier({ userPoolId: issuer.split('/').at(-1)!, clientId })
    : oidcVerifier({ issuer, audience, ...more })
})
