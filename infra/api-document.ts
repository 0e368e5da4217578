import type { Operation } from '../shared/api/operation.ts'
import { gatewayResponses } from './gateway-responses.ts'
import { streamSeconds } from './operations.ts'
import { answerSeconds } from './own-function.ts'

type Json = Readonly<Record<string, unknown>>

export interface Invocations {
  /** The role by which the API invokes. */
  readonly credentials: string
  /** The address of an operation's function. */
  invocation(id: string, streamed: boolean): string
  /** The address of the authorizer. */
  readonly authorizer: string
}

/**
 * The operations as API Gateway imports them: paths, who may call, which function answers. It is OpenAPI 3.0, for REST
 * APIs take no newer one, and says nothing of bodies: validating is the functions' own.
 */
export function apiDocument(operations: Readonly<Record<string, Operation>>, invocations: Invocations): Json {
  const paths: Record<string, Record<string, Json>> = {}
  for (const [id, op] of Object.entries(operations)) {
    const path = op.path.replace(/^\/v1(?=\/)/, '')
    paths[path] = { ...paths[path], [op.method.toLowerCase()]: method(id, op, invocations) }
  }
  return {
    openapi: '3.0.1',
    info: { title: 'Headgate', version: '1' },
    paths,
    components: {
      securitySchemes: {
        bearer: {
          type: 'apiKey',
          in: 'header',
          name: 'Authorization',
          'x-amazon-apigateway-authtype': 'custom',
          'x-amazon-apigateway-authorizer': {
            type: 'token',
            authorizerUri: invocations.authorizer,
            authorizerCredentials: invocations.credentials,
            // What is no bearer token is refused without asking anyone.
            identityValidationExpression: '^[Bb][Ee][Aa][Rr][Ee][Rr] +\\S+$',
            authorizerResultTtlInSeconds: 60,
          },
        },
      },
    },
    // Bytes would be taken for text otherwise, and lose what is no UTF-8.
    'x-amazon-apigateway-binary-media-types': ['*/*'],
    'x-amazon-apigateway-gateway-responses': gatewayResponses,
  }
}

function method(id: string, op: Operation, { credentials, invocation }: Invocations): Json {
  const isStreamed = op.answers !== 'json'
  const names = [...op.path.matchAll(/\{(\w+)\+?\}/g)].map(([, name]) => name)
  return {
    operationId: id,
    parameters: names.map((name) => ({ name, in: 'path', required: true, schema: { type: 'string' } })),
    security: op.role === 'anyone' ? [] : [{ bearer: [] }],
    responses: { [op.status]: { description: op.summary } },
    'x-amazon-apigateway-integration': {
      type: 'aws_proxy',
      httpMethod: 'POST',
      uri: invocation(id, isStreamed),
      credentials,
      passthroughBehavior: 'when_no_match',
      responseTransferMode: isStreamed ? 'STREAM' : 'BUFFERED',
      timeoutInMillis: (isStreamed ? streamSeconds : answerSeconds) * 1000,
    },
  }
}
