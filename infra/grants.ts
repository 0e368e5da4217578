import { ArnFormat, Stack } from 'aws-cdk-lib'
import type { ITable } from 'aws-cdk-lib/aws-dynamodb'
import type { IEventBus } from 'aws-cdk-lib/aws-events'
import { PolicyStatement } from 'aws-cdk-lib/aws-iam'
import type { IKey } from 'aws-cdk-lib/aws-kms'
import type { IBucket } from 'aws-cdk-lib/aws-s3'
import type { Operation } from '../shared/api/operation.ts'
import { audits, seen } from '../shared/ports/identity-records.ts'
import type { Needs, Ports } from '../shared/ports/index.ts'

/** What there is to be granted. */
export interface Place {
  readonly table: ITable
  readonly bucket: IBucket
  readonly key: IKey
  /** What callers' tokens are verified against. */
  readonly userPool: { readonly id: string; readonly client: string }
  /** Parameters (`/prod/db/*`) and ARNs of secrets of this account that credentials may point to. */
  readonly readable: readonly string[]
  /** How long a line of the audit trail is kept, days. */
  readonly auditDays: number
  /** The ARN of the function that conducts snapshots. */
  readonly worker: string
  /** The ARN of the function that extracts partitions. */
  readonly extractor: string
  /** The ARN of the function that holds views. */
  readonly holder: string
  /** The group of the schedules, the ARNs of the functions that they invoke, and of the role by which they do. */
  readonly schedules: {
    readonly group: string
    readonly waker: string
    readonly deliverer: string
    readonly role: string
  }
  readonly bus: IEventBus
  /** The database of Glue. */
  readonly database: string
}

/** What an access comes to: exact IAM statements, and the variables by which its adapter finds what it may use. */
export interface Grant {
  readonly statements: readonly PolicyStatement[]
  readonly variables: Readonly<Record<string, string>>
}

/** A line for every access of every port: the compiler asks for one whenever a port gains an access. */
type Grants = { readonly [P in keyof Ports]: { readonly [A in keyof Ports[P]]: Grant } }

/** What these needs come to, and nothing else. */
export function grantsOf(needs: Needs, place: Place): Grant {
  const grants: Record<string, Record<string, Grant>> = allGrants(place)
  return together(Object.entries(needs).map(([port, access]) => grants[port]![access]!))
}

/** Writing to one collection of the catalog and to no other. */
const writing = (table: ITable, path: string): PolicyStatement =>
  new PolicyStatement({
    actions: ['dynamodb:PutItem'],
    resources: [table.tableArn],
    conditions: { 'ForAllValues:StringEquals': { 'dynamodb:LeadingKeys': [path] } },
  })

/** What an operation may do besides its needs: add to the audit trail. */
export const auditGrant = ({ role, method, needs }: Operation, { table, auditDays }: Place): Grant =>
  role === 'anyone' && method === 'GET'
    ? nothing
    : {
        statements: needs.catalog === 'write' ? [] : [writing(table, audits.path)],
        variables: { HEADGATE_TABLE: table.tableName, HEADGATE_AUDIT_DAYS: String(auditDays) },
      }

/** What the authorizer may do besides reading: note who came, and verify who they are. */
export const admittingGrant = ({ table, userPool }: Place): Grant => ({
  statements: [writing(table, seen.path)],
  variables: { HEADGATE_USER_POOL: userPool.id, HEADGATE_USER_POOL_CLIENT: userPool.client },
})

/** What a durable function may do besides its needs: keep what its steps gave, and read it again. */
export const durableGrant = (arn: string): Grant => ({
  statements: [allow(['lambda:CheckpointDurableExecution', 'lambda:GetDurableExecutionState'], `${arn}:*`)],
  variables: {},
})

/** Being invoked by the stream of the catalog. */
export const readingStream = ({ tableArn, tableStreamArn }: ITable): Grant => ({
  statements: [
    allow(['dynamodb:DescribeStream', 'dynamodb:GetRecords', 'dynamodb:GetShardIterator'], tableStreamArn!),
    allow(['dynamodb:ListStreams'], `${tableArn}/stream/*`),
  ],
  variables: {},
})

const nothing: Grant = { statements: [], variables: {} }

function allGrants(place: Place): Grants {
  const { table, bucket, key, worker, extractor, holder, schedules, bus, database, readable } = place
  const stack = Stack.of(table)
  const prefix = `/${stack.stackName.toLowerCase()}/`
  const parameters = (under: string) =>
    stack.formatArn({ service: 'ssm', resource: 'parameter', resourceName: `${prefix.slice(1)}${under}*` })
  const useKey = (action: string, ...under: string[]) =>
    new PolicyStatement({
      actions: [action],
      resources: [key.keyArn],
      conditions: {
        StringEquals: { 'kms:ViaService': `ssm.${stack.region}.amazonaws.com` },
        StringLike: { 'kms:EncryptionContext:PARAMETER_ARN': under.map(parameters) },
      },
    })

  const catalogRead = {
    statements: [allow(['dynamodb:GetItem', 'dynamodb:Query'], table.tableArn)],
    variables: { HEADGATE_TABLE: table.tableName },
  }
  const catalogWrite = together([
    catalogRead,
    { statements: [allow(['dynamodb:PutItem', 'dynamodb:DeleteItem'], table.tableArn)], variables: {} },
  ])
  const objectsRead = {
    statements: [allow(['s3:GetObject'], bucket.arnForObjects('*')), allow(['s3:ListBucket'], bucket.bucketArn)],
    variables: { HEADGATE_BUCKET: bucket.bucketName },
  }
  const objectsWrite = together([
    objectsRead,
    {
      statements: [allow(['s3:PutObject', 's3:DeleteObject', 's3:AbortMultipartUpload'], bucket.arnForObjects('*'))],
      variables: {},
    },
  ])
  const uploadsWrite = {
    statements: [
      allow(
        ['s3:PutObject', 's3:GetObject', 's3:AbortMultipartUpload', 's3:ListMultipartUploadParts'],
        bucket.arnForObjects('*'),
      ),
    ],
    variables: { HEADGATE_BUCKET: bucket.bucketName },
  }
  const secretVariables = { HEADGATE_SECRETS: prefix, HEADGATE_SECRETS_KEY: key.keyArn }
  const secretsReadUnder = (...under: string[]) => ({
    statements: [allow(['ssm:GetParameter'], ...under.map(parameters)), useKey('kms:Decrypt', ...under)],
    variables: secretVariables,
  })
  // SSM encrypts a standard parameter itself (Encrypt) and an advanced one under a data key (GenerateDataKey).
  const secretsWrite = {
    statements: [
      allow(['ssm:PutParameter', 'ssm:DeleteParameter'], parameters('')),
      useKey('kms:Encrypt', ''),
      useKey('kms:GenerateDataKey', ''),
    ],
    variables: secretVariables,
  }
  const foreign = { statements: foreignStatements(stack, readable), variables: {} }
  const opening = together([catalogRead, secretsReadUnder('connectors/', 'org/'), foreign])
  return {
    catalog: { read: catalogRead, write: catalogWrite },
    secrets: { read: secretsReadUnder(''), write: secretsWrite },
    objects: { read: objectsRead, write: objectsWrite },
    uploads: { write: uploadsWrite },
    // Pinning dials, and reads no credential.
    sources: { know: nothing, pin: nothing, open: opening, try: opening },
    runs: {
      // Durable functions, and what they invoke, are invoked by version.
      start: { statements: [allow(['lambda:InvokeFunction'], `${worker}:*`)], variables: { HEADGATE_WORKER: worker } },
      work: {
        statements: [allow(['lambda:InvokeFunction'], `${extractor}:*`, holder)],
        variables: { HEADGATE_EXTRACTOR: extractor, HEADGATE_HOLDER: holder },
      },
    },
    schedules: { set: settingSchedules(stack, schedules) },
    registry: { write: showingTables(stack, bucket, database) },
    events: {
      tell: together([
        secretsReadUnder('webhooks/'),
        { statements: [allow(['events:PutEvents'], bus.eventBusArn)], variables: { HEADGATE_BUS: bus.eventBusName } },
      ]),
    },
  }
}

/** Tables of our own database, and the lists of files that they lead to. */
const showingTables = (stack: Stack, bucket: IBucket, database: string): Grant => ({
  statements: [
    allow(
      ['glue:CreateTable', 'glue:UpdateTable', 'glue:DeleteTable', 'glue:GetTables'],
      ...['catalog', `database/${database}`, `table/${database}/*`].map((resource) =>
        stack.formatArn({ service: 'glue', resource }),
      ),
    ),
    allow(['s3:PutObject', 's3:DeleteObject'], bucket.arnForObjects('tables/*')),
    allow(['s3:ListBucket'], bucket.bucketArn),
  ],
  variables: { HEADGATE_DATABASE: database, HEADGATE_BUCKET: bucket.bucketName },
})

/** Setting schedules of our own group, which invoke by the one role that may be passed on. */
const settingSchedules = (stack: Stack, { group, waker, deliverer, role }: Place['schedules']): Grant => ({
  statements: [
    allow(
      ['scheduler:CreateSchedule', 'scheduler:UpdateSchedule', 'scheduler:DeleteSchedule'],
      stack.formatArn({ service: 'scheduler', resource: 'schedule', resourceName: `${group}/*` }),
    ),
    new PolicyStatement({
      actions: ['iam:PassRole'],
      resources: [role],
      conditions: { StringEquals: { 'iam:PassedToService': 'scheduler.amazonaws.com' } },
    }),
  ],
  variables: {
    HEADGATE_SCHEDULES: group,
    HEADGATE_WAKER: waker,
    HEADGATE_DELIVERER: deliverer,
    HEADGATE_SCHEDULES_ROLE: role,
  },
})

/** Reading of what the deployment names, and of nothing where it names nothing. SSM gives out secrets under a path. */
function foreignStatements(stack: Stack, readable: readonly string[]): readonly PolicyStatement[] {
  const parameter = (path: string) =>
    stack.formatArn({ service: 'ssm', resource: 'parameter', resourceName: path.replace(/^\//, '') })
  const secrets = readable.filter((each) => each.startsWith('arn:'))
  const parameters = readable.filter((each) => each.startsWith('/')).map(parameter)
  const through = secrets.length > 0 ? [parameter('/aws/reference/secretsmanager/*')] : []
  return [
    ...([...parameters, ...through].length > 0 ? [allow(['ssm:GetParameter'], ...parameters, ...through)] : []),
    ...(secrets.length > 0 ? [allow(['secretsmanager:GetSecretValue'], ...secrets)] : []),
  ]
}

const allow = (actions: string[], ...resources: string[]) => new PolicyStatement({ actions, resources })

export const together = (grants: readonly Grant[]): Grant => ({
  statements: grants.flatMap(({ statements }) => statements),
  variables: Object.assign({}, ...grants.map(({ variables }) => variables)),
})

/** The name of a function by its id. */
export const functionName = (stack: Stack, id: string): string => `${stack.stackName}-${id}`

/** The ARN of a function by its name, for who must name it before it is made. */
export const functionArn = (stack: Stack, name: string): string =>
  stack.formatArn({
    service: 'lambda',
    resource: 'function',
    resourceName: name,
    arnFormat: ArnFormat.COLON_RESOURCE_NAME,
  })
