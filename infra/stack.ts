import { CfnOutput, Stack, type StackProps, Tags } from 'aws-cdk-lib'
import { EventBus } from 'aws-cdk-lib/aws-events'
import { CfnDatabase } from 'aws-cdk-lib/aws-glue'
import type { Construct } from 'constructs'
import { operations } from '../shared/api/index.ts'
import { Api } from './api.ts'
import { functionArn, functionName } from './grants.ts'
import { Identity } from './identity.ts'
import { SecretsKey } from './keys.ts'
import { OperationFunctions } from './operations.ts'
import { OutboxStream } from './outbox-stream.ts'
import { Schedules } from './schedules.ts'
import { Storage } from './storage.ts'
import { Tidying } from './tidying.ts'

export interface HeadgateStackProps extends StackProps {
  /** The folder of built functions. */
  readonly code: string
}

/** Headgate in one account and region. Nothing in it costs by the hour but a dollar a month for the key. */
export class HeadgateStack extends Stack {
  constructor(scope: Construct, id: string, { code, ...props }: HeadgateStackProps) {
    super(scope, id, { description: 'Headgate: one place for a team’s data sources.', ...props })
    const { table, bucket } = new Storage(this, 'Storage')
    const key = new SecretsKey(this, 'Secrets')
    const { pool, client } = new Identity(this, 'Identity', { appUrl: this.node.tryGetContext('appUrl') })
    const userPool = { id: pool.userPoolId, client: client.userPoolClientId }
    const auditDays = Number(this.node.tryGetContext('auditDays') ?? 365)
    const readable: readonly string[] = String(this.node.tryGetContext('readable') ?? '')
      .split(',')
      .filter(Boolean)
    const arnOf = (id: string) => functionArn(this, functionName(this, id))
    const schedules = new Schedules(this, 'Schedules', { waker: arnOf('wake'), deliverer: arnOf('deliver') })
    const database = new CfnDatabase(this, 'Tables', {
      catalogId: this.account,
      databaseInput: {
        name: this.stackName.toLowerCase(),
        description: 'Datasets of Headgate, each as it is read now.',
      },
    })
    const bus = new EventBus(this, 'Events', { eventBusName: this.stackName })
    const place = { table, bucket, key, userPool, auditDays, readable, schedules, bus, database: database.ref }
    const functions = new OperationFunctions(this, 'Functions', { operations, code, place })
    new Tidying(this, 'Tidying', { tidy: functions.tidy })
    new OutboxStream(this, 'Outbox', { table, deliver: functions.deliver })
    const api = new Api(this, 'Api', { operations, functions })
    Tags.of(this).add('application', 'headgate')
    new CfnOutput(this, 'ApiUrl', { value: api.url, description: 'Paths begin with /v1 behind it.' })
    new CfnOutput(this, 'Database', { value: database.ref, description: 'Of Glue: where Athena finds the datasets.' })
    new CfnOutput(this, 'EventBus', { value: bus.eventBusName, description: 'Where events go; source: headgate.' })
    new CfnOutput(this, 'UserPool', { value: pool.userPoolId, description: 'Who may sign in; groups are roles.' })
    new CfnOutput(this, 'UserPoolClient', {
      value: client.userPoolClientId,
      description: 'What the Data App signs in as.',
    })
    new CfnOutput(this, 'FirstToken', {
      value: `aws lambda invoke --function-name ${functions.makeToken.functionName} --cli-binary-format raw-in-base64-out --payload '{"caller":"admin","role":"admin"}' /dev/stdout`,
      description: 'Makes a token for an administrator and shows it once.',
    })
  }
}
