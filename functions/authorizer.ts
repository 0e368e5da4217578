import type { APIGatewayTokenAuthorizerEvent as Event, APIGatewayAuthorizerResult as Result } from 'aws-lambda'
import { authenticate } from '../shared/api/authenticate.ts'
import { noteSeen } from '../shared/api/note-seen.ts'
import type { Caller } from '../shared/domain/caller.ts'
import { isFault } from '../shared/domain/faults.ts'
import { job, Told } from './job.ts'
import { catalog } from './world/catalog.ts'
import { verifyJwt } from './world/verify-jwt.ts'

/**
 * Finds who sends a token, for the API, which keeps the answer for a minute: so long a revoked token still works.
 * What the caller may do is not decided here: each operation asks for its role.
 */
export const handler = job(async ({ authorizationToken, methodArn }: Event): Promise<Result> => {
  const caller = await authenticate(catalog(), authorizationToken, {
    verifyJwt: verifyJwt(),
    noteSeen: noteSeen(catalog()),
  }).catch(refuse)
  if (caller === undefined) throw unauthorized()
  return {
    principalId: caller.id,
    context: contextOf(caller),
    policyDocument: {
      Version: '2012-10-17',
      // The kept answer serves every path of the stage.
      Statement: [{ Action: 'execute-api:Invoke', Effect: 'Allow', Resource: `${stageOf(methodArn)}/*` }],
    },
  }
})

/** API Gateway hands over texts and nothing else. */
const contextOf = ({ id, role, token, scopes, connectors }: Caller) => ({
  caller: id,
  role,
  ...(token !== undefined && { token }),
  ...(scopes && { scopes: JSON.stringify(scopes) }),
  ...(connectors && { connectors: JSON.stringify(connectors) }),
})

/** API Gateway answers 401 to this very message, and 500 to any other. */
const unauthorized = () => new Told('Unauthorized')

const refuse = (thrown: unknown): never => {
  throw isFault(thrown, 'unauthenticated') ? unauthorized() : thrown
}

/** `arn:aws:execute-api:region:account:api/stage` of `…/stage/GET/sources`. */
const stageOf = (methodArn: string): string => methodArn.split('/', 2).join('/')
