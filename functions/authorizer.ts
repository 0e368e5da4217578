import middy from '@middy/core'
import type { APIGatewayTokenAuthorizerEvent as Event, APIGatewayAuthorizerResult as Result } from 'aws-lambda'
import { authenticate } from '../shared/api/authenticate.ts'
import { type Fault, isFault } from '../shared/domain/faults.ts'
import { describeError } from './describe-error.ts'
import { log } from './log.ts'
import { catalog } from './world/catalog.ts'

/**
 * Finds who sends a token, for the API, which keeps the answer for a minute: so long a revoked token still works.
 * What the caller may do is not decided here: each operation asks for its role.
 */
export const handler = middy<Event, Result>(async ({ authorizationToken, methodArn }: Event): Promise<Result> => {
  const caller = await authenticate(catalog(), authorizationToken).catch(refuse)
  if (caller === undefined) throw new Unauthorized()
  return {
    principalId: caller.id,
    context: { caller: caller.id, role: caller.role },
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
