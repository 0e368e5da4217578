import { JwtVerifier } from 'aws-jwt-verify'
import { SimpleJwksCache } from 'aws-jwt-verify/jwk'
import type { Session } from '../../domain/session.ts'
import { orNobody } from './jwt-refusals.ts'

export interface OidcVerifierOptions {
  readonly issuer: string
  readonly audience: string
  /** Where the issuer's public keys are. */
  readonly jwksUri: string
  /** The claim that lists groups: a list of texts, or one text. */
  readonly groupsClaim: string
  /** How the keys are fetched, where not as usual. */
  readonly fetchKeys?: (uri: string) => Promise<ArrayBuffer>
}

/**
 * Verifies access tokens of an identity provider: signature by its own keys, issuer, audience and time. Gives undefined
 * for one that is not good. Fault busy where the keys cannot be fetched.
 */
export function oidcVerifier({ issuer, audience, jwksUri, groupsClaim, fetchKeys }: OidcVerifierOptions) {
  const jwksCache = new SimpleJwksCache(fetchKeys && { fetcher: { fetch: fetchKeys } })
  const verifier = JwtVerifier.create({ issuer, audience, jwksUri }, { jwksCache })
  return (jwt: string): Promise<Session | undefined> =>
    orNobody(async () => {
      const claims = await verifier.verify(jwt)
      // The library lets pass what never ends, and an ID token is for the app, not for us.
      if (typeof claims.exp !== 'number' || typeof claims.sub !== 'string' || 'nonce' in claims) return undefined
      const name = [claims.email, claims.preferred_username, claims.sub].find((each) => typeof each === 'string')
      return { id: claims.sub, name: String(name), groups: groupsOf(claims[groupsClaim]) }
    })
}

const groupsOf = (claim: unknown): readonly string[] =>
  [claim].flat().filter((group): group is string => typeof group === 'string')
