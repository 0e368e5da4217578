/* For who operates a deployment: no function does any of this. */

import {
  type AttributeValue,
  BatchGetItemCommand,
  BatchWriteItemCommand,
  DynamoDBClient,
  ScanCommand,
  type WriteRequest,
} from '@aws-sdk/client-dynamodb'
import {
  CopyObjectCommand,
  DeleteObjectCommand,
  ListObjectVersionsCommand,
  type ObjectVersion,
  S3Client,
} from '@aws-sdk/client-s3'
import { Fault } from '../../domain/faults.ts'
import { retry } from './retry.ts'

type Item = Record<string, AttributeValue>

/** What was written, deleted, or brought back. */
export interface BroughtBack {
  readonly records: number
  readonly removed: number
  readonly objects: number
}

export interface BringBackOptions {
  /** The restored table, and the one that the deployment uses. */
  readonly from: string
  readonly to: string
  readonly bucket: string
  /** The instant that the table was restored to, milliseconds since 1970. */
  readonly at: number
  /** Without them, those of the credentials and region at hand. */
  readonly clients?: { readonly dynamo: DynamoDBClient; readonly s3: S3Client }
}

/**
 * Makes a deployment what it was at an instant: its table as the restored one is, and its objects as they were then, those
 * that were deleted since and those that were overwritten. What came since stays where nothing names it. May be run again.
 */
export async function bringBack({ from, to, bucket, at, clients }: BringBackOptions): Promise<BroughtBack> {
  const { dynamo, s3 } = clients ?? { dynamo: new DynamoDBClient({}), s3: new S3Client({}) }
  // Objects first: no record may name what is not there.
  const objects = await bringBackObjects(s3, bucket, at)
  const records = await copyItems(dynamo, from, to)
  return { objects, records, removed: await removeOthers(dynamo, from, to) }
}

async function* pages(client: DynamoDBClient, table: string, projection?: string): AsyncGenerator<readonly Item[]> {
  for (let from: Item | undefined; ; ) {
    const request = { TableName: table, ConsistentRead: true, Limit: 100, ExclusiveStartKey: from }
    const page = await client.send(
      new ScanCommand({ ...request, ...(projection && { ProjectionExpression: projection }) }),
    )
    yield page.Items ?? []
    from = page.LastEvaluatedKey
    if (from === undefined) return
  }
}

async function copyItems(client: DynamoDBClient, from: string, to: string): Promise<number> {
  let count = 0
  for await (const items of pages(client, from)) {
    await writeAll(
      client,
      to,
      items.map((Item) => ({ PutRequest: { Item } })),
    )
    count += items.length
  }
  return count
}

async function removeOthers(client: DynamoDBClient, from: string, to: string): Promise<number> {
  let count = 0
  for await (const keys of pages(client, to, 'pk, sk')) {
    if (keys.length === 0) continue
    const there = new Set((await readAll(client, from, keys)).map(textOf))
    const others = keys.filter((key) => !there.has(textOf(key)))
    await writeAll(
      client,
      to,
      others.map((Key) => ({ DeleteRequest: { Key } })),
    )
    count += others.length
  }
  return count
}

const textOf = ({ pk, sk }: Item): string => JSON.stringify([pk?.S, sk?.S])

async function readAll(
  client: DynamoDBClient,
  table: string,
  keys: Item[] | readonly Item[],
): Promise<readonly Item[]> {
  const found: Item[] = []
  for (let left = [...keys]; left.length > 0; ) {
    const request = { [table]: { Keys: left, ProjectionExpression: 'pk, sk', ConsistentRead: true } }
    const { Responses, UnprocessedKeys } = await client.send(new BatchGetItemCommand({ RequestItems: request }))
    found.push(...(Responses?.[table] ?? []))
    left = UnprocessedKeys?.[table]?.Keys ?? []
  }
  return found
}

/** DynamoDB takes 25 at once, and may leave some of them undone. */
async function writeAll(client: DynamoDBClient, table: string, requests: readonly WriteRequest[]): Promise<void> {
  for (let i = 0; i < requests.length; i += 25) {
    let left = requests.slice(i, i + 25)
    const write = async () => {
      const { UnprocessedItems } = await client.send(
        new BatchWriteItemCommand({ RequestItems: { [table]: [...left] } }),
      )
      left = UnprocessedItems?.[table] ?? []
      if (left.length > 0) throw new Fault('busy', 'DynamoDB has left some writes undone.')
    }
    await retry(write, { tries: 10, isRetryable: (thrown) => thrown instanceof Fault })
  }
}

interface Newest {
  readonly key: string
  readonly isDeleted: boolean
  readonly markers: readonly string[]
  /** The version that was the newest at the instant. */
  readonly version: string | undefined
  readonly isNewest: boolean
}

async function bringBackObjects(client: S3Client, bucket: string, at: number): Promise<number> {
  let count = 0
  for await (const { key, markers, version, isNewest, isDeleted } of newestAt(client, bucket, at)) {
    if (version === undefined || (isNewest && !isDeleted)) continue
    for (const marker of markers)
      await client.send(new DeleteObjectCommand({ Bucket: bucket, Key: key, VersionId: marker }))
    const source = `${bucket}/${encodeURIComponent(key)}?versionId=${version}`
    if (!isNewest) await client.send(new CopyObjectCommand({ Bucket: bucket, Key: key, CopySource: source }))
    count++
  }
  return count
}

/** Each key with its versions together, as S3 lists them: by key, the newest first. */
async function* newestAt(client: S3Client, bucket: string, at: number): AsyncGenerator<Newest> {
  let of: { key: string; versions: (ObjectVersion & { isMarker: boolean })[] } | undefined
  const done = function* () {
    if (of) yield newestOf(of.key, of.versions, at)
  }
  for (let from: { KeyMarker?: string; VersionIdMarker?: string } = {}; ; ) {
    const page = await client.send(new ListObjectVersionsCommand({ Bucket: bucket, ...from }))
    const versions = (page.Versions ?? []).map((each) => ({ ...each, isMarker: false }))
    const markers = (page.DeleteMarkers ?? []).map((each) => ({ ...each, isMarker: true }))
    const byKey = Map.groupBy([...versions, ...markers], ({ Key }) => Key!)
    for (const [key, those] of [...byKey].sort(([a], [b]) => Buffer.compare(Buffer.from(a), Buffer.from(b)))) {
      if (of?.key !== key) {
        yield* done()
        of = { key, versions: [] }
      }
      of.versions.push(...those)
    }
    if (!page.IsTruncated) break
    from = {
      ...(page.NextKeyMarker !== undefined && { KeyMarker: page.NextKeyMarker }),
      ...(page.NextVersionIdMarker !== undefined && { VersionIdMarker: page.NextVersionIdMarker }),
    }
  }
  yield* done()
}

function newestOf(key: string, all: readonly (ObjectVersion & { readonly isMarker: boolean })[], at: number): Newest {
  const timeOf = ({ LastModified }: ObjectVersion) => LastModified?.getTime() ?? 0
  // S3 tells whole seconds: what is of that very second counts as before.
  const before = all.filter((each) => timeOf(each) <= at).sort((a, b) => timeOf(b) - timeOf(a))
  const then = before[0]
  const version = then === undefined || then.isMarker ? undefined : then.VersionId
  const contents = all.filter(({ isMarker }) => !isMarker).sort((a, b) => timeOf(b) - timeOf(a))
  return {
    key,
    version,
    isNewest: contents[0]?.VersionId === version,
    isDeleted: all.some(({ isMarker, IsLatest }) => isMarker && IsLatest),
    markers: all.filter((each) => each.isMarker && timeOf(each) > at).map(({ VersionId }) => VersionId!),
  }
}
