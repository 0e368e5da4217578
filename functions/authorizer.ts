import middy from '@middy/core'
import type { APIGatewayTokenAuthorizerEvent as Event, APIGatewayAuthorizerResult as Result } from 'aws-lambda'
import { authenticate } from '../shared/api/authenticate.ts'
import { noteSeen } from '../shared/api/note-seen.ts'
import type { Caller } from '../shared/domain/caller.ts'
import { type Fault, isFault } from '../shared/domain/faults.ts'
import { describeError } from './describe-error.ts'
import { log } from './log.ts'
import { catalog } from './world/catalog.ts'
import { verifyJwt } from './world/verify-jwt.ts'

/**
 * Finds who sends a token, for the API, which keeps the answer for a minute: so long a revoked token still works.
 * What the caller may do is not decided here: each operation asks for its role.
 */
export const handler = middy<Event, Result>(async ({ authorizationToken, methodArn }: Event): Promise<Result> => {
  const caller = await authenticate(catalog(), authorizationToken, {
    verifyJwt: verifyJwt(),
    noteSeen: noteSeen(catalog()),
  }).catch(refuse)
  if (caller === undefined) throw new Unauthorized()
  return {
    principalId: caller.id,
    context: contextOf(caller),
    policyDocument: {
      Version: '2012-10-17',
      // The kept answer serves every path of the stage.
      Statement: [{ Action: 'execute-api:Invoke', Effect: 'Allow', Resource: `${stageOf(methodArn)}/*` }],
    },
  }
}).onError(({ error }) => {
  if (!(error instanceof Unauthorized)) log('error', 'A caller could not be found', { cause: describeError(error) })
  throw error
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
class Unauthorized extends Error {
  constructor() {
    super('Unauthorized')
  }
}

const refuse = (thrown: Fault | unknown): never => {
  throw isFault(thrown, 'unauthenticated') ? new Unauthorized() : thrown
}

/** `arn:aws:execute-api:region:account:api/stage` of `…/stage/GET/sources`. */
const stageOf = (methodArn: string): string => methodArn.split('/', 2).join('/')
