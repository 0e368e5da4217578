import { ArnFormat, Stack } from 'aws-cdk-lib'
import type { ITable } from 'aws-cdk-lib/aws-dynamodb'
import { PolicyStatement } from 'aws-cdk-lib/aws-iam'
import type { IKey } from 'aws-cdk-lib/aws-kms'
import type { IBucket } from 'aws-cdk-lib/aws-s3'
import type { Needs, Ports } from '../shared/ports/index.ts'

/** What there is to be granted. */
export interface Place {
  readonly table: ITable
  readonly bucket: IBucket
  readonly key: IKey
  /** The ARN of the function that takes snapshots. */
  readonly worker: string
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

function allGrants({ table, bucket, key, worker }: Place): Grants {
  const stack = Stack.of(table)
  const prefix = `/${stack.stackName.toLowerCase()}/`
  const parameters = (under: string) =>
    stack.formatArn({ service: 'ssm', resource: 'parameter', resourceName: `${prefix.slice(1)}${under}*` })
  const useKey = (action: string, under: string) =>
    new PolicyStatement({
      actions: [action],
      resources: [key.keyArn],
      conditions: {
        StringEquals: { 'kms:ViaService': `ssm.${stack.region}.amazonaws.com` },
        StringLike: { 'kms:EncryptionContext:PARAMETER_ARN': parameters(under) },
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
  const secretVariables = { HEADGATE_SECRETS: prefix, HEADGATE_SECRETS_KEY: key.keyArn }
  const secretsReadUnder = (under: string) => ({
    statements: [allow(['ssm:GetParameter'], parameters(under)), useKey('kms:Decrypt', under)],
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
  const opening = together([catalogRead, secretsReadUnder('connectors/')])
  return {
    catalog: { read: catalogRead, write: catalogWrite },
    secrets: { read: secretsReadUnder(''), write: secretsWrite },
    objects: { read: objectsRead, write: objectsWrite },
    // Pinning dials, and reads no credential.
    sources: { know: nothing, pin: nothing, open: opening, try: opening },
    runs: { start: { statements: [allow(['lambda:InvokeFunction'], worker)], variables: { HEADGATE_WORKER: worker } } },
  }
}

const nothing: Grant = { statements: [], variables: {} }

const allow = (actions: string[], resource: string) => new PolicyStatement({ actions, resources: [resource] })

const together = (grants: readonly Grant[]): Grant => ({
  statements: grants.flatMap(({ statements }) => statements),
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
