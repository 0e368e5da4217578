import { setTimeout as sleep } from 'node:timers/promises'
import {
  DeleteItemCommand,
  type DynamoDBClient,
  RestoreTableToPointInTimeCommand,
  ScanCommand,
  UpdateContinuousBackupsCommand,
} from '@aws-sdk/client-dynamodb'
import { ListObjectsV2Command, PutBucketVersioningCommand, type S3Client } from '@aws-sdk/client-s3'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readRestore } from '../../infra/restore.ts'
import { bringBack } from '../../shared/adapters/aws/bring-back.ts'
import { awsCatalog } from '../../shared/adapters/aws/catalog.ts'
import { awsObjects } from '../../shared/adapters/aws/objects.ts'
import { dynamoClient, makeBucket, makeTable, s3Client, takeTurns } from '../support/aws.ts'
import { describeOn } from '../support/emulator.ts'
import { moto } from '../support/moto.ts'
import { labPlatform } from '../usecases/lab-platform.ts'

/** The drill of docs/operating.md: what is lost after an instant is there again, and reads as it did. */
describeOn(moto, 'backup and restore', (endpoint) => {
  let dynamo: DynamoDBClient
  let s3: S3Client
  beforeAll(() => {
    dynamo = dynamoClient(endpoint())
    s3 = s3Client(endpoint())
    takeTurns([s3])
  })
  afterAll(() => {
    dynamo?.destroy()
    s3?.destroy()
  })

  /** A platform over a table with continuous backups and a bucket with versions, and one version of a dataset. */
  async function deployed() {
    const [table, bucket] = [await makeTable(dynamo), await makeBucket(s3)]
    await dynamo.send(
      new UpdateContinuousBackupsCommand({
        TableName: table,
        PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
      }),
    )
    await s3.send(new PutBucketVersioningCommand({ Bucket: bucket, VersioningConfiguration: { Status: 'Enabled' } }))
    const none = async () => undefined
    const platform = await labPlatform({
      catalog: awsCatalog({ client: dynamo, table }),
      objects: awsObjects({ client: s3, bucket }),
      secrets: { get: none, put: none, delete: none },
      folder: '',
      dispose: none,
    })
    await platform.define()
    await platform.take()
    return { table, bucket, platform }
  }

  const rowsOf = async (platform: Awaited<ReturnType<typeof labPlatform>>) =>
    (await platform.call('readDataset', { params: { name: 'numbers' } })).body.rows
  const count = async (table: string) =>
    (await dynamo.send(new ScanCommand({ TableName: table, Select: 'COUNT' }))).Count

  /** What a backup of AWS's is: the table as it is now, under another name. moto knows no earlier second. */
  async function restored(table: string): Promise<string> {
    const to = `${table}-drill`
    const request = { SourceTableName: table, TargetTableName: to, UseLatestRestorableTime: true }
    await dynamo.send(new RestoreTableToPointInTimeCommand(request))
    return to
  }

  it('bring back a deployment of which everything was deleted', async () => {
    const { table, bucket, platform } = await deployed()
    const rows = await rowsOf(platform)
    expect(rows.length).toBeGreaterThan(5)
    await sleep(1100) // S3 counts in seconds
    const from = await restored(table)
    const [records, at] = [await count(table), Date.now()]
    await sleep(1100)

    for (const { pk, sk } of (await dynamo.send(new ScanCommand({ TableName: table }))).Items ?? [])
      await dynamo.send(new DeleteItemCommand({ TableName: table, Key: { pk: pk!, sk: sk! } }))
    for (const { Key } of (await s3.send(new ListObjectsV2Command({ Bucket: bucket }))).Contents ?? [])
      await platform.world.objects.delete(Key!)
    expect((await platform.call('readDataset', { params: { name: 'numbers' } })).status).toBe(404)

    const done = await bringBack({ from, to: table, bucket, at, clients: { dynamo, s3 } })
    expect(done).toEqual({ records, removed: 0, objects: 2 })
    expect(await rowsOf(platform)).toEqual(rows)
    const verified = await platform.call('verifyDataset', { params: { name: 'numbers' } })
    expect([verified.status, verified.body.problems]).toEqual([200, []])
    // and it goes on from there
    await platform.take()
    expect((await platform.call('getDataset', { params: { name: 'numbers' } })).body.current.version).toBe(2)
  })

  it('go back to an instant: what came since is gone from the catalog, what was overwritten is as it was', async () => {
    const { table, bucket, platform } = await deployed()
    const { objects } = platform.world
    await objects.put('users/ada/data/note', Buffer.from('before'))
    await sleep(1100)
    const from = await restored(table)
    const at = Date.now()
    await sleep(1100)

    await objects.put('users/ada/data/note', Buffer.from('after'))
    await objects.put('users/ada/data/new', Buffer.from('new'))
    await platform.take()
    const done = await bringBack({ from, to: table, bucket, at, clients: { dynamo, s3 } })
    expect(done.objects).toBe(1)
    expect(done.removed).toBeGreaterThan(1)
    expect((await platform.call('getDataset', { params: { name: 'numbers' } })).body.current.version).toBe(1)
    expect(await Array.fromAsync(await objects.get('users/ada/data/note'), String)).toEqual(['before'])
    const again = await bringBack({ from, to: table, bucket, at, clients: { dynamo, s3 } })
    expect(again).toEqual({ records: done.records, removed: 0, objects: 1 })
  })
})

describe('what is to be restored', () => {
  it('is told in whole, and never onto itself', () => {
    const args = ['--from', 'a', '--to', 'b', '--bucket', 'c', '--at', '2026-01-31T12:00:00Z']
    expect(readRestore(args)).toEqual({ from: 'a', to: 'b', bucket: 'c', at: Date.UTC(2026, 0, 31, 12) })
    expect(() => readRestore(args.slice(0, 6))).toThrow('--at')
    expect(() => readRestore(args.with(3, 'a'))).toThrow("deployment's own")
    expect(() => readRestore(args.with(7, 'soon'))).toThrow('--at')
  })
})
