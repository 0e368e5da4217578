import { RemovalPolicy, Stack } from 'aws-cdk-lib'
import {
  AccessLogFormat,
  ApiDefinition,
  EndpointType,
  LogGroupLogDestination,
  SpecRestApi,
} from 'aws-cdk-lib/aws-apigateway'
import { PolicyDocument, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam'
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs'
import { Construct } from 'constructs'
import type { Operation } from '../shared/api/operation.ts'
import { apiDocument } from './api-document.ts'
import type { OperationFunctions } from './operations.ts'

export interface ApiProps {
  readonly operations: Readonly<Record<string, Operation>>
  readonly functions: OperationFunctions
}

/** The paths of the table begin with the stage's name, so that an absolute path in a reply is right as it stands. */
export const stageName = 'v1'

/** A regional REST API, defined by one document. Its role may invoke our functions and nothing else. */
export class Api extends Construct {
  /** Without `/v1`. */
  readonly url: string

  constructor(scope: Construct, id: string, { operations, functions }: ApiProps) {
    super(scope, id)
    const stack = Stack.of(this)
    const role = new Role(this, 'Role', {
      assumedBy: new ServicePrincipal('apigateway.amazonaws.com'),
      inlinePolicies: {
        invoke: new PolicyDocument({
          statements: [
            new PolicyStatement({
              // It is the permission of streamed invocations too.
              actions: ['lambda:InvokeFunction'],
              resources: [functions.authorizer, ...Object.values(functions.byOperation)].map((f) => f.functionArn),
            }),
          ],
        }),
      },
    })
    const definition = apiDocument(operations, {
      credentials: role.roleArn,
      invocation: (id, streamed) => invocationUri(stack, functions.byOperation[id]!.functionArn, streamed),
      authorizer: invocationUri(stack, functions.authorizer.functionArn, false),
    })
    const api = new SpecRestApi(this, 'Rest', {
      restApiName: stack.stackName,
      apiDefinition: ApiDefinition.fromInline(definition),
      endpointTypes: [EndpointType.REGIONAL],
      // REST APIs write logs by a role that belongs to the account and region: there is one, whoever made it.
      cloudWatchRole: true,
      cloudWatchRoleRemovalPolicy: RemovalPolicy.RETAIN,
      deployOptions: {
        stageName,
        throttlingRateLimit: 100,
        throttlingBurstLimit: 200,
        accessLogDestination: new LogGroupLogDestination(
          new LogGroup(this, 'Log', { retention: RetentionDays.ONE_MONTH, removalPolicy: RemovalPolicy.DESTROY }),
        ),
        accessLogFormat: AccessLogFormat.custom(JSON.stringify(accessLog)),
      },
    })
    api.node.tryRemoveChild('Endpoint') // an output that the stack's own takes the place of
    this.url = `https://${api.restApiId}.execute-api.${stack.region}.${stack.urlSuffix}`
  }
}

/** Resources and not paths: a path may name what is nobody's business. */
const accessLog = {
  time: '$context.requestTime',
  requestId: '$context.requestId',
  caller: '$context.authorizer.caller',
  ip: '$context.identity.sourceIp',
  method: '$context.httpMethod',
  resource: '$context.resourcePath',
  status: '$context.status',
  bytes: '$context.responseLength',
  ms: '$context.responseLatency',
  error: '$context.error.responseType',
}

/** Streams are invoked by another call of Lambda's, of another date. */
const invocationUri = ({ partition, region }: Stack, functionArn: string, streamed: boolean): string =>
  `arn:${partition}:apigateway:${region}:lambda:path/${
    streamed
      ? `2021-11-15/functions/${functionArn}/response-streaming-invocations`
      : `2015-03-31/functions/${functionArn}/invocations`
  }`
