import { Duration, Stack } from 'aws-cdk-lib'
import {
  ArnPrincipal,
  PolicyDocument,
  PolicyStatement,
  Role,
  ServicePrincipal,
  SessionTagsPrincipal,
} from 'aws-cdk-lib/aws-iam'
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
  const { own = [], variables } = grant
  const session = own.length > 0 ? sessionRoleOf(scope, name) : undefined
  const statements = [toLog, toTrace(), ...grant.statements, ...(session ? [toTake(session.arn)] : [])]
  const role = new Role(scope, 'Role', {
    assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
    inlinePolicies: { needs: new PolicyDocument({ minimize: true, statements }) },
  })
  session?.make(role, own)
  return new Lambda(scope, 'Function', {
    functionName: name,
    runtime: Runtime.NODEJS_24_X,
    architecture: Architecture.ARM_64,
    role: role.withoutPolicyUpdates(),
    logGroup,
    loggingFormat: LoggingFormat.JSON,
    tracing: Tracing.ACTIVE,
    environment: { ...variables, ...(session && { HEADGATE_OWNER_ROLE: session.arn }) },
    memorySize: 1024,
    timeout: Duration.seconds(answerSeconds),
    ...props,
  })
}

/** X-Ray knows no resources: what is written there can be named no closer. */
const toTrace = () =>
  new PolicyStatement({ actions: ['xray:PutTraceSegments', 'xray:PutTelemetryRecords'], resources: ['*'] })

const toTake = (arn: string) => new PolicyStatement({ actions: ['sts:AssumeRole', 'sts:TagSession'], resources: [arn] })

/**
 * The role of the sessions in which a function touches what one user owns. It is taken by that function alone, and only
 * with the user as its tag. Each names the other: so it has a name.
 */
function sessionRoleOf(scope: Construct, functionName: string) {
  const roleName = `${functionName}-own`
  const arn = Stack.of(scope).formatArn({ service: 'iam', region: '', resource: 'role', resourceName: roleName })
  return {
    arn,
    make(taker: Role, statements: readonly PolicyStatement[]): void {
      const principal = new ArnPrincipal(taker.roleArn).withConditions({
        StringLike: { 'aws:RequestTag/owner': '?*' },
        'ForAllValues:StringEquals': { 'aws:TagKeys': ['owner'] },
      })
      new Role(scope, 'Own', {
        roleName,
        description: `What ${functionName} may do to what one user owns`,
        assumedBy: new SessionTagsPrincipal(principal),
        inlinePolicies: { own: new PolicyDocument({ minimize: true, statements: [...statements] }) },
      })
    },
  }
}
