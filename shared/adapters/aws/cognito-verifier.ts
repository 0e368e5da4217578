import { CognitoJwtVerifier } from 'aws-jwt-verify'
import { SimpleJwksCache } from 'aws-jwt-verify/jwk'
import type { Session } from '../../domain/session.ts'
import { orNobody } from './jwt-refusals.ts'

export interface CognitoVerifierOptions {
  readonly userPoolId: string
  readonly clientId: string
  /** How the pool's public keys are fetched, where not as usual. */
  readonly fetchKeys?: (uri: string) => Promise<ArrayBuffer>
}

/**
 * Verifies access tokens of a Cognito user pool: signature by the pool's own keys, issuer, client, use and time. Gives
 * undefined for one that is not good. Fault busy where the keys cannot be fetched.
 */
export function cognitoVerifier({ userPoolId, clientId, fetchKeys }: CognitoVerifierOptions) {
  const jwksCache = new SimpleJwksCache(fetchKeys && { fetcher: { fetch: fetchKeys } })
  const verifier = CognitoJwtVerifier.create({ userPoolId, clientId, tokenUse: 'access' }, { jwksCache })
  return (jwt: string): Promise<Session | undefined> =>
    orNobody(async () => {
      const { sub, username, exp, 'cognito:groups': groups = [] } = await verifier.verify(jwt)
      // The library lets pass what never ends.
      if (typeof exp !== 'number') return undefined
      return { id: sub, name: username, groups }
    })
}
