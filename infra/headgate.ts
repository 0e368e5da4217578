import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Stack, Tags } from 'aws-cdk-lib'
import { EventBus } from 'aws-cdk-lib/aws-events'
import { CfnDatabase } from 'aws-cdk-lib/aws-glue'
import { S3_SERVER_ACCESS_LOGS_USE_BUCKET_POLICY } from 'aws-cdk-lib/cx-api'
import { Construct } from 'constructs'
import { operations } from '../shared/api/index.ts'
import type { DeployedConnection } from '../shared/domain/connection-run.ts'
import { acknowledgeFindings } from './acknowledged.ts'
import { Api, stageName } from './api.ts'
import { defineConfig, fullName, type HeadgateConfig, type Settings } from './config.ts'
import { Connections } from './connections.ts'
import { Failures } from './failures.ts'
import { functionArn, type Grant } from './grants.ts'
import { Hosting } from './hosting.ts'
import { Identity, ownSignIn } from './identity.ts'
import { SecretsKey } from './keys.ts'
import { Log } from './log.ts'
import { Network } from './network.ts'
import { OperationFunctions } from './operations.ts'
import { OutboxStream } from './outbox-stream.ts'
import { connectionsFolder, functionsFolder, hostingFolder } from './root.ts'
import { Schedules } from './schedules.ts'
import { Storage } from './storage.ts'
import { Tidying } from './tidying.ts'
import { Watching } from './watching.ts'

export interface HeadgateProps extends HeadgateConfig {
  /** The folder of built functions; without it, that of this package. */
  readonly functionsCode?: string
  /** The folder of the built Data App with the function that puts it into place; without it, that of this package. */
  readonly hostingCode?: string
  /** The folder of the functions of connections of one's own code; without it, that of this package. */
  readonly connectionsCode?: string
}

/** Headgate as one construct, for the stack of this package and for those of others. */
export class Headgate extends Construct {
  /** Where the Data App is; the API is at `/v1` below it. */
  readonly url: string
  /** The API without CloudFront before it; paths begin with `/v1`. */
  readonly apiUrl: string
  readonly dashboardName: string
  /** Of Glue: where Athena finds the datasets. */
  readonly databaseName: string
  readonly eventBusName: string
  readonly storage: Storage
  readonly functions: OperationFunctions
  /** The user pool; undefined with an identity provider of your own. */
  readonly identity: Identity | undefined
  /** Undefined without a private network. */
  readonly network: Network | undefined

  constructor(scope: Construct, id: string, props: HeadgateProps = {}) {
    super(scope, id)
    const {
      functionsCode = functionsFolder,
      hostingCode = hostingFolder,
      connectionsCode = connectionsFolder,
      ...config
    } = props
    for (const file of [join(functionsCode, 'authorizer.mjs'), join(hostingCode, 'deploy-app.mjs')])
      if (!existsSync(file)) throw new Error(`${file} is not there: run \`npm run build\` in the package of Headgate.`)
    const settings = defineConfig(config)
    // Whoever's app this is in: by ACLs S3 could not write its logs into a bucket without any.
    this.node.setContext(S3_SERVER_ACCESS_LOGS_USE_BUCKET_POLICY, true)

    this.storage = new Storage(this, 'Storage', settings)
    const { table, bucket, accessLog } = this.storage
    const failures = new Failures(this, 'Failures')
    const log = new Log(this, 'Log', settings)
    const key = new SecretsKey(this, 'Secrets', settings)
    const api = new Api(this, 'Api', settings, operations)
    const at = { apiHost: api.host, code: hostingCode, objects: bucket, accessLog, log }
    const hosting = new Hosting(this, 'Hosting', settings, at)
    this.identity = settings.signIn ? undefined : new Identity(this, 'Identity', settings, { appUrl: hosting.url })
    const signIn = this.identity?.signIn ?? ownSignIn(settings.signIn!)
    this.network = settings.network && new Network(this, 'Network', settings, settings.network)
    const connections = this.#connections(settings, functionsCode, connectionsCode)
    const { allow, readable, roles, auditDays } = settings
    const arnOf = (id: string) => functionArn(Stack.of(this), `${fullName(settings)}-${id}`)
    const schedules = new Schedules(this, 'Schedules', { waker: arnOf('wake'), deliverer: arnOf('deliver') })
    const database = new CfnDatabase(this, 'Tables', {
      catalogId: Stack.of(this).account,
      databaseInput: {
        name: fullName(settings).toLowerCase(),
        description: 'Datasets of Headgate, each as it is read now.',
      },
    })
    const bus = new EventBus(this, 'Events', { eventBusName: fullName(settings) })
    const place = {
      table,
      bucket,
      key,
      name: fullName(settings),
      signIn,
      allow,
      readable,
      roles,
      auditDays,
      schedules,
      bus,
      database: database.ref,
      connections,
    }
    this.functions = new OperationFunctions(this, 'Functions', settings, {
      operations,
      code: functionsCode,
      place,
      network: this.network,
      log,
      failures,
    })
    api.follow(this.functions)
    hosting.deploy({ signIn: { authority: signIn.issuer, clientId: signIn.clientId, scope: 'openid profile email' } })
    new OutboxStream(this, 'Outbox', { table, deliver: this.functions.deliver, failures })
    new Tidying(this, 'Tidying', { tidy: this.functions.tidy })

    const watching = new Watching(this, 'Watching', settings, {
      logs: { functions: log, api: api.log },
      apiName: fullName(settings),
      stageName,
      worker: this.functions.extractPartition.functionName,
      scheduleGroup: schedules.group,
      failuresQueue: failures.queueName,
    })

    this.databaseName = database.ref
    this.eventBusName = bus.eventBusName
    this.dashboardName = watching.dashboardName
    this.url = hosting.url
    this.apiUrl = `https://${api.host}`
    Tags.of(this).add('application', 'headgate')
    Tags.of(this).add('headgate:deployment', fullName(settings))
    acknowledgeFindings(this, settings)
  }

  /** The list of connections lies with the code of the functions, which read it too. */
  #connections(settings: Settings, functionsCode: string, code: string): Grant | undefined {
    const list = join(functionsCode, 'connections.json')
    const connections: readonly DeployedConnection[] = existsSync(list) ? JSON.parse(readFileSync(list, 'utf8')) : []
    if (connections.length === 0) return undefined
    const { bucket } = this.storage
    return new Connections(this, 'Connections', { name: fullName(settings), code, connections, bucket }).grant
  }
}
