import { CognitoJwtVerifier } from 'aws-jwt-verify'
import { FetchError, JwtBaseError } from 'aws-jwt-verify/error'
import { SimpleJwksCache } from 'aws-jwt-verify/jwk'
import { Fault } from '../../domain/faults.ts'
import type { Session } from '../../domain/session.ts'

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
  return async (jwt: string): Promise<Session | undefined> => {
    try {
      const { sub, username, exp, 'cognito:groups': groups = [] } = await verifier.verify(jwt)
      // The library lets pass what never ends.
      if (typeof exp !== 'number') return undefined
      return { id: sub, name: username, groups }
    } catch (cause) {
      if (cause instanceof FetchError)
        throw new Fault('busy', 'The keys of the user pool cannot be fetched just now.', { cause, retryAfter: 1 })
      if (cause instanceof JwtBaseError) return undefined
      throw cause
    }
  }
}
