import { type CfnResource, RemovalPolicy, Stack } from 'aws-cdk-lib'
import {
  AccessLogFormat,
  ApiDefinition,
  EndpointType,
  LogGroupLogDestination,
  SpecRestApi,
} from 'aws-cdk-lib/aws-apigateway'
import { PolicyDocument, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam'
import { LogGroup } from 'aws-cdk-lib/aws-logs'
import { Construct } from 'constructs'
import type { Operation } from '../shared/api/operation.ts'
import { apiDocument } from './api-document.ts'
import { fullName, type Settings } from './config.ts'
import { functionArn } from './grants.ts'
import type { OperationFunctions } from './operations.ts'

/** The paths of the table begin with the stage's name, so that an absolute path in a reply is right as it stands. */
export const stageName = 'v1'

/**
 * A regional REST API, defined by one document. Its role may invoke our functions and nothing else. It names them, so
 * that they may be made of what is made of it: the address of the Data App.
 */
export class Api extends Construct {
  readonly host: string
  readonly rest: SpecRestApi
  /** A line for each request. */
  readonly log: LogGroup

  constructor(scope: Construct, id: string, settings: Settings, operations: Readonly<Record<string, Operation>>) {
    super(scope, id)
    const stack = Stack.of(this)
    const arnOf = (id: string) => functionArn(stack, `${fullName(settings)}-${id}`)
    const role = new Role(this, 'Role', {
      assumedBy: new ServicePrincipal('apigateway.amazonaws.com'),
      inlinePolicies: {
        invoke: new PolicyDocument({
          statements: [
            new PolicyStatement({
              // It is the permission of streamed invocations too.
              actions: ['lambda:InvokeFunction'],
              resources: ['authorizer', ...Object.keys(operations)].map(arnOf),
            }),
          ],
        }),
      },
    })
    const definition = apiDocument(operations, {
      credentials: role.roleArn,
      invocation: (id, streamed) => invocationUri(stack, arnOf(id), streamed),
      authorizer: invocationUri(stack, arnOf('authorizer'), false),
    })
    this.log = new LogGroup(this, 'Log', { retention: settings.logDays, removalPolicy: RemovalPolicy.DESTROY })
    this.rest = new SpecRestApi(this, 'Rest', {
      restApiName: fullName(settings),
      apiDefinition: ApiDefinition.fromInline(definition),
      endpointTypes: [EndpointType.REGIONAL],
      // REST APIs write logs by a role that belongs to the account and region: there is one, whoever made it.
      cloudWatchRole: true,
      cloudWatchRoleRemovalPolicy: RemovalPolicy.RETAIN,
      deployOptions: {
        stageName,
        throttlingRateLimit: settings.requestsPerSecond,
        throttlingBurstLimit: settings.requestsPerSecond * 2,
        tracingEnabled: true,
        accessLogDestination: new LogGroupLogDestination(this.log),
        accessLogFormat: AccessLogFormat.custom(JSON.stringify(accessLog)),
      },
    })
    this.rest.node.tryRemoveChild('Endpoint') // an output that the stack's own takes the place of
    this.host = `${this.rest.restApiId}.execute-api.${stack.region}.${stack.urlSuffix}`
  }

  /** Has the API take its paths up once what answers them is there. */
  follow({ authorizer, byOperation }: OperationFunctions): void {
    const deployment = this.rest.latestDeployment!.node.defaultChild as CfnResource
    for (const fn of [authorizer, ...Object.values(byOperation)])
      deployment.addResourceDependency(fn.node.defaultChild as CfnResource)
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
