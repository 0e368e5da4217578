import { join } from 'node:path'
import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib'
import { PolicyDocument, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam'
import { Architecture, Code, Function as Lambda, LoggingFormat, Runtime } from 'aws-cdk-lib/aws-lambda'
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs'
import type { Bucket } from 'aws-cdk-lib/aws-s3'
import { Construct } from 'constructs'
import type { DeployedConnection } from '../shared/domain/connection-run.ts'
import { functionArn, type Grant } from './grants.ts'

export interface ConnectionsProps {
  /** What the names of functions begin with. */
  readonly name: string
  /** The folder with the code of each connection's function. */
  readonly code: string
  readonly connections: readonly DeployedConnection[]
  /** Where answers go that are too long for a reply. */
  readonly bucket: Bucket
}

/** Where in the bucket they go, each connection below its own name. */
const outputPrefix = 'connection-output/'

/**
 * One Lambda for each connection of one's own code. Its role may write below the connection's own prefix and do nothing
 * else: no secret, no table, no object of anybody. The credential comes with the call, and goes with it.
 */
export class Connections extends Construct {
  /** By the name of the connection. */
  readonly functions: Readonly<Record<string, Lambda>>
  /** What whoever opens sources may do: have the code run, and take its answers. */
  readonly grant: Grant

  constructor(scope: Construct, id: string, { name, code, connections, bucket }: ConnectionsProps) {
    super(scope, id)
    const prefix = `${name}-connection-`
    const log = new LogGroup(this, 'Log', {
      retention: RetentionDays.ONE_MONTH,
      removalPolicy: RemovalPolicy.DESTROY,
    })
    const allow = (actions: string[], resource: string) => new PolicyStatement({ actions, resources: [resource] })
    const toLog = allow(['logs:CreateLogStream', 'logs:PutLogEvents'], log.logGroupArn)
    this.functions = Object.fromEntries(
      connections.map((connection) => {
        const own = new Construct(this, connection.name)
        const output = `${outputPrefix}${connection.name}/`
        const role = new Role(own, 'Role', {
          assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
          inlinePolicies: {
            output: new PolicyDocument({
              statements: [toLog, allow(['s3:PutObject'], bucket.arnForObjects(`${output}*`))],
            }),
          },
        })
        const isPython = connection.language === 'python'
        const made = new Lambda(own, 'Function', {
          functionName: `${prefix}${connection.suffix}`,
          description: `The code of the connection ${connection.name}`,
          runtime: isPython ? Runtime.PYTHON_3_14 : Runtime.NODEJS_24_X,
          architecture: Architecture.ARM_64,
          code: Code.fromAsset(join(code, connection.name)),
          handler: isPython ? 'run_connection.handler' : 'run-connection.handler',
          role: role.withoutPolicyUpdates(),
          logGroup: log,
          loggingFormat: LoggingFormat.JSON,
          environment: { HEADGATE_BUCKET: bucket.bucketName, HEADGATE_OUTPUT: output },
          // One whole processor.
          memorySize: 1769,
          timeout: Duration.minutes(15),
        })
        return [connection.name, made]
      }),
    )
    bucket.addLifecycleRule({
      prefix: outputPrefix,
      expiration: Duration.days(1),
      noncurrentVersionExpiration: Duration.days(1),
    })
    const all = functionArn(Stack.of(this), `${prefix}*`)
    this.grant = {
      statements: [
        allow(['lambda:InvokeFunction'], all),
        allow(['s3:GetObject', 's3:DeleteObject'], bucket.arnForObjects(`${outputPrefix}*`)),
      ],
      variables: { HEADGATE_CONNECTIONS: prefix, HEADGATE_BUCKET: bucket.bucketName },
    }
  }
}
