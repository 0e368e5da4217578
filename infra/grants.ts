import { ArnFormat, Stack } from 'aws-cdk-lib'
import type { ITable } from 'aws-cdk-lib/aws-dynamodb'
import type { IEventBus } from 'aws-cdk-lib/aws-events'
import { PolicyStatement } from 'aws-cdk-lib/aws-iam'
import type { IKey } from 'aws-cdk-lib/aws-kms'
import type { IBucket } from 'aws-cdk-lib/aws-s3'
import type { Operation } from '../shared/api/operation.ts'
import { audits, seen } from '../shared/ports/identity-records.ts'
import type { Needs, Ports } from '../shared/ports/index.ts'
import type { SignIn } from './identity.ts'

/** What there is to be granted. */
export interface Place {
  readonly table: ITable
  readonly bucket: IBucket
  readonly key: IKey
  /** What parameters and functions are named after. */
  readonly name: string
  /** What callers' tokens are verified against. */
  readonly signIn: SignIn
  /** What connectors may dial besides public addresses. */
  readonly allow: readonly string[]
  /** What having one's own code run comes to. */
  readonly connections: Grant | undefined
  /** Roles that connectors may take. */
  readonly roles: readonly string[]
  /** Parameters (`/prod/db/*`) and ARNs of secrets of this account that credentials may point to. */
  readonly readable: readonly string[]
  /** How long a line of the audit trail is kept, days. */
  readonly auditDays: number
  /** What having own code run comes to; absent in a deployment without any. */
  readonly ownCode?: Grant
  /** The ARN of the function that conducts snapshots. */
  readonly worker: string
  /** The ARN of the function that extracts partitions. */
  readonly extractor: string
  /** The ARN of the function that holds views. */
  readonly holder: string
  /** The ARN of the function that makes exports. */
  readonly exporter: string
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
  /** What a session of one user may do, whose tag the paths hold: the function itself may not. */
  readonly own?: readonly PolicyStatement[]
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
export const admittingGrant = ({ table, signIn }: Place): Grant => ({
  statements: [writing(table, seen.path)],
  variables: { HEADGATE_SIGN_IN: Stack.of(table).toJsonString(signIn) },
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

/** IAM puts the tag of the session here. */
// biome-ignore lint/suspicious/noTemplateCurlyInString: a variable of IAM's
const owner = '${aws:PrincipalTag/owner}'

const nothing: Grant = { statements: [], variables: {} }

function allGrants(place: Place): Grants {
  const { table, bucket, key, worker, extractor, holder, exporter, schedules, bus, database, readable } = place
  const { name, allow: dialable, roles, connections } = place
  const stack = Stack.of(table)
  const prefix = `/${name.toLowerCase()}/`
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
  const objectVariables = { HEADGATE_BUCKET: bucket.bucketName }
  const objects = (actions: readonly string[], under: string) =>
    allow(prefixed('s3', actions), bucket.arnForObjects(`${under}*`))
  const listing = (under: string) =>
    new PolicyStatement({
      actions: ['s3:ListBucket'],
      resources: [bucket.bucketArn],
      conditions: { StringLike: { 's3:prefix': [`${under}*`] } },
    })
  const reading = (under: string) => [objects(['GetObject'], under), listing(under)]
  const changing = (under: string) => [
    ...reading(under),
    objects(['PutObject', 'DeleteObject', 'AbortMultipartUpload'], under),
  ]
  const uploading = (under: string) =>
    objects(['PutObject', 'GetObject', 'AbortMultipartUpload', 'ListMultipartUploadParts'], under)
  const oneself = { statements: [], variables: objectVariables }
  const writing = [...changing('datasets/'), objects(['GetObject'], 'uploaded/')]
  const uploaded = [objects(['GetObject', 'PutObject', 'DeleteObject', 'AbortMultipartUpload'], 'uploaded/')]
  // What is kept is named by manifests.
  const sweeping = [...reading('datasets/'), objects(['DeleteObject'], ''), allow(['s3:ListBucket'], bucket.bucketArn)]
  const secretVariables = { HEADGATE_SECRETS: prefix, HEADGATE_SECRETS_KEY: key.keyArn }
  const secretsReadUnder = (...under: string[]) => ({
    statements: [allow(['ssm:GetParameter'], ...under.map(parameters)), useKey('kms:Decrypt', ...under)],
    variables: secretVariables,
  })
  // SSM encrypts a standard parameter itself (Encrypt) and an advanced one under a data key (GenerateDataKey).
  const secretsWriteUnder = (...under: string[]) => [
    allow(['ssm:PutParameter', 'ssm:DeleteParameter'], ...under.map(parameters)),
    useKey('kms:Encrypt', ...under),
    useKey('kms:GenerateDataKey', ...under),
  ]
  const foreign = { statements: foreignStatements(stack, readable), variables: {} }
  const allowing = { statements: [], variables: { HEADGATE_ALLOW: dialable.join(',') || 'public' } }
  const dialling = together([allowing, connections ?? nothing])
  const taking = { statements: roles.length > 0 ? [allow(['sts:AssumeRole'], ...roles)] : [], variables: {} }
  const credentials = together([catalogRead, secretsReadUnder('connectors/', 'org/'), foreign, taking])
  const opening = together([credentials, dialling])
  return {
    catalog: { read: catalogRead, write: catalogWrite },
    secrets: {
      read: secretsReadUnder(''),
      write: { statements: secretsWriteUnder('connectors/', 'webhooks/'), variables: secretVariables },
      writeOwn: {
        statements: secretsWriteUnder('org/'),
        own: secretsWriteUnder(`users/${owner}/`),
        variables: secretVariables,
      },
    },
    objects: {
      read: { statements: reading('datasets/'), variables: objectVariables },
      write: { statements: writing, variables: objectVariables },
      readOwn: { ...oneself, own: reading(`users/${owner}/`) },
      writeOwn: { ...oneself, own: changing(`users/${owner}/`) },
      take: { statements: uploaded, own: reading(`users/${owner}/`), variables: objectVariables },
      sweep: { statements: sweeping, variables: objectVariables },
    },
    uploads: { writeOwn: { ...oneself, own: [uploading(`users/${owner}/`)] } },
    // Pinning dials, reads no credential, and runs no code: of connections it sees only what there is.
    sources: {
      know: nothing,
      pin: together([allowing, { statements: [], variables: connections?.variables ?? {} }]),
      open: opening,
      try: opening,
      // no code of one's own is ever asked to write
      write: together([credentials, allowing, { statements: [], variables: connections?.variables ?? {} }]),
    },
    runs: {
      // Durable functions, and what they invoke, are invoked by version.
      start: { statements: [allow(['lambda:InvokeFunction'], `${worker}:*`)], variables: { HEADGATE_WORKER: worker } },
      work: {
        statements: [allow(['lambda:InvokeFunction'], `${extractor}:*`, holder)],
        variables: { HEADGATE_EXTRACTOR: extractor, HEADGATE_HOLDER: holder },
      },
    },
    exports: {
      start: { statements: [allow(['lambda:InvokeFunction'], exporter)], variables: { HEADGATE_EXPORTER: exporter } },
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
    allow(['s3:GetObject', 's3:PutObject', 's3:DeleteObject'], bucket.arnForObjects('tables/*')),
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

const prefixed = (service: string, actions: readonly string[]) => actions.map((action) => `${service}:${action}`)

const allow = (actions: string[], ...resources: string[]) => new PolicyStatement({ actions, resources })

export const together = (grants: readonly Grant[]): Grant => ({
  statements: grants.flatMap(({ statements }) => statements),
  own: grants.flatMap(({ own = [] }) => own),
  variables: Object.assign({}, ...grants.map(({ variables }) => variables)),
})

/** The ARN of a function by its name, for who must name it before it is made. */
export const functionArn = (stack: Stack, name: string): string =>
  stack.formatArn({
    service: 'lambda',
    resource: 'function',
    resourceName: name,
    arnFormat: ArnFormat.COLON_RESOURCE_NAME,
  })
