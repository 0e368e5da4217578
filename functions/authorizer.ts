import type { APIGatewayTokenAuthorizerEvent as Event, APIGatewayAuthorizerResult as Result } from 'aws-lambda'
import { authenticate } from '../shared/api/authenticate.ts'
import { isFault } from '../shared/domain/faults.ts'
import { job, Told } from './job.ts'
import { catalog } from './world/catalog.ts'

/**
 * Finds who sends a token, for the API, which keeps the answer for a minute: so long a revoked token still works.
 * What the caller may do is not decided here: each operation asks for its role.
 */
export const handler = job(async ({ authorizationToken, methodArn }: Event): Promise<Result> => {
  const caller = await authenticate(catalog(), authorizationToken).catch(refuse)
  if (caller === undefined) throw unauthorized()
  return {
    principalId: caller.id,
    context: { caller: caller.id, role: caller.role },
    policyDocument: {
      Version: '2012-10-17',
      // The kept answer serves every path of the stage.
      Statement: [{ Action: 'execute-api:Invoke', Effect: 'Allow', Resource: `${stageOf(methodArn)}/*` }],
    },
  }
})

/** API Gateway answers 401 to this very message, and 500 to any other. */
const unauthorized = () => new Told('Unauthorized')

const refuse = (thrown: unknown): never => {
  throw isFault(thrown, 'unauthenticated') ? unauthorized() : thrown
}

/** `arn:aws:execute-api:region:account:api/stage` of `…/stage/GET/sources`. */
const stageOf = (methodArn: string): string => methodArn.split('/', 2).join('/')
