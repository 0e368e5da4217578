import { randomUUID } from 'node:crypto'
import { CreateTableCommand, DynamoDBClient, type DynamoDBClientConfig } from '@aws-sdk/client-dynamodb'
import { CreateBucketCommand, S3Client, type S3ClientConfig } from '@aws-sdk/client-s3'
import { SSMClient, type SSMClientConfig } from '@aws-sdk/client-ssm'

export const secretAccessKey = 'test'

/** What makes a client talk to an emulator, with credentials that open nothing. */
export const local = (endpoint: string) => ({
  endpoint,
  region: 'eu-central-1',
  credentials: { accessKeyId: 'test', secretAccessKey },
})

export const dynamoClient = (endpoint: string, more: DynamoDBClientConfig = {}) =>
  new DynamoDBClient({ ...local(endpoint), ...more })

export const s3Client = (endpoint: string, more: S3ClientConfig = {}) =>
  new S3Client({ ...local(endpoint), forcePathStyle: true, ...more })

export const ssmClient = (endpoint: string, more: SSMClientConfig = {}) =>
  new SSMClient({ ...local(endpoint), ...more })

/** A new table of the catalog's shape. */
export async function makeTable(client: DynamoDBClient): Promise<string> {
  const table = `catalog-${randomUUID()}`
  const keys = { pk: 'HASH', sk: 'RANGE' } as const
  await client.send(
    new CreateTableCommand({
      TableName: table,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: Object.keys(keys).map((name) => ({ AttributeName: name, AttributeType: 'S' })),
      KeySchema: Object.entries(keys).map(([name, type]) => ({ AttributeName: name, KeyType: type })),
    }),
  )
  return table
}

/** A new bucket. */
export async function makeBucket(client: S3Client): Promise<string> {
  const bucket = `objects-${randomUUID()}`
  const place = { LocationConstraint: 'eu-central-1' } as const
  await client.send(new CreateBucketCommand({ Bucket: bucket, CreateBucketConfiguration: place }))
  return bucket
}

/** What makes a command of S3 or DynamoDB depend on what is there. */
const conditional = ['IfNoneMatch', 'IfMatch', 'TransactItems', 'ConditionExpression']

/**
 * Lets these clients make one conditional write at a time: moto looks first and writes then, in many threads; and while it
 * takes a transaction back, it shows what was there before for what others have written since.
 */
export function takeTurns(clients: readonly (S3Client | DynamoDBClient)[]): void {
  let last: Promise<unknown> = Promise.resolve()
  for (const { middlewareStack } of clients) {
    const stack: Pick<S3Client['middlewareStack'], 'add'> = middlewareStack
    stack.add(
      (next) => (args) => {
        if (!conditional.some((name) => name in args.input)) return next(args)
        const turn = last.then(() => next(args))
        last = turn.catch(() => {})
        return turn
      },
      { step: 'initialize', name: 'takeTurns' },
    )
  }
}
