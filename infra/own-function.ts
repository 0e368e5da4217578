import { Duration } from 'aws-cdk-lib'
import { PolicyDocument, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam'
import {
  Architecture,
  type FunctionProps,
  Function as Lambda,
  LoggingFormat,
  Runtime,
  Tracing,
} from 'aws-cdk-lib/aws-lambda'
import type { ILogGroup } from 'aws-cdk-lib/aws-logs'
import { Construct } from 'constructs'
import type { Grant } from './grants.ts'

/** How long an answer that is not streamed may take: the API waits no longer. */
export const answerSeconds = 29

export interface OwnFunctionProps extends Omit<FunctionProps, 'runtime' | 'environment' | 'role' | 'logGroup'> {
  readonly name: string
  readonly grant: Grant
  readonly logGroup: ILogGroup
}

/** What a function may have besides what every function has. */
export type Special = Partial<Omit<OwnFunctionProps, 'name' | 'grant' | 'logGroup' | 'code' | 'handler'>>

/** A Lambda on Node 24 and arm64 with a role of its own that may do what it is granted. */
export function ownFunction(
  parent: Construct,
  id: string,
  { name, grant, logGroup, ...props }: OwnFunctionProps,
): Lambda {
  const scope = new Construct(parent, id)
  const toLog = new PolicyStatement({
    actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
    resources: [logGroup.logGroupArn],
  })
  const role = new Role(scope, 'Role', {
    assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
    inlinePolicies: {
      needs: new PolicyDocument({ minimize: true, statements: [toLog, toTrace(), ...grant.statements] }),
    },
  })
  return new Lambda(scope, 'Function', {
    functionName: name,
    runtime: Runtime.NODEJS_24_X,
    architecture: Architecture.ARM_64,
    role: role.withoutPolicyUpdates(),
    logGroup,
    loggingFormat: LoggingFormat.JSON,
    tracing: Tracing.ACTIVE,
    environment: grant.variables,
    memorySize: 1024,
    timeout: Duration.seconds(answerSeconds),
    ...props,
  })
}

/** X-Ray knows no resources: what is written there can be named no closer. */
const toTrace = () =>
  new PolicyStatement({ actions: ['xray:PutTraceSegments', 'xray:PutTelemetryRecords'], resources: ['*'] })
