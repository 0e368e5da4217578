import { randomUUID } from 'node:crypto'
import { CreateDatabaseCommand, GetTableCommand, GlueClient } from '@aws-sdk/client-glue'
import { expect, it } from 'vitest'
import { awsObjects } from '../../../shared/adapters/aws/objects.ts'
import { awsRegistry } from '../../../shared/adapters/aws/registry.ts'
import { Name } from '../../../shared/domain/connector.ts'
import { registryContract, someTable } from '../../contract/registry.ts'
import { local, makeBucket, s3Client } from '../../support/aws.ts'
import { describeOn } from '../../support/emulator.ts'
import { moto } from '../../support/moto.ts'

describeOn(moto, 'Glue', (endpoint) => {
  const make = async (keptMs?: number) => {
    const [client, s3] = [new GlueClient(local(endpoint())), s3Client(endpoint())]
    const [database, bucket] = [`headgate_${randomUUID().replaceAll('-', '_')}`, await makeBucket(s3)]
    await client.send(new CreateDatabaseCommand({ DatabaseInput: { Name: database } }))
    const objects = awsObjects({ client: s3, bucket })
    const table = async (dataset: string) => {
      const request = new GetTableCommand({ DatabaseName: database, Name: dataset.replaceAll('-', '_') })
      return (await client.send(request).catch(() => undefined))?.Table
    }
    const lists = async () => (await objects.list('tables/', { limit: 1000 })).objects.map(({ key }) => key)
    return {
      registry: awsRegistry({ client, database, objects, bucket, ...(keptMs !== undefined && { keptMs }) }),
      table,
      lists,
      /** As an engine does: every file of the table's location is a list of files. */
      async files(dataset: string) {
        const location = (await table(dataset))?.StorageDescriptor?.Location
        if (location === undefined) return undefined
        const { objects: found } = await objects.list(location.slice(`s3://${bucket}/`.length), { limit: 1000 })
        const texts = await Promise.all(found.map(async ({ key }) => Array.fromAsync(await objects.get(key))))
        return texts.flatMap((chunks) => Buffer.concat(chunks).toString().trim().split('\n'))
      },
      nameOf: (key: string) => `s3://${bucket}/${key}`,
      async dispose() {
        client.destroy()
        s3.destroy()
      },
    }
  }
  registryContract('Glue on moto', () => make())

  it('tells engines what they need: Parquet behind lists of files, columns and their types', async () => {
    const { registry, table, dispose } = await make()
    await registry.put({ ...someTable('a-b', 7), columns: everyType.map(([type], i) => ({ name: `C${i}`, type })) })
    const { Name, TableType, Parameters, StorageDescriptor } = (await table('a-b'))!
    expect([Name, TableType]).toEqual(['a_b', 'EXTERNAL_TABLE'])
    expect(Parameters).toMatchObject({ classification: 'parquet', 'headgate.dataset': 'a-b', 'headgate.version': '7' })
    expect(StorageDescriptor).toMatchObject({
      InputFormat: 'org.apache.hadoop.hive.ql.io.SymlinkTextInputFormat',
      SerdeInfo: { SerializationLibrary: 'org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe' },
      Columns: everyType.map(([, hive], i) => ({ Name: `c${i}`, Type: hive })),
    })
    expect(StorageDescriptor!.Location).toMatch(/\/tables\/a-b\/0000000007\/$/)
    await dispose()
  })

  it('lets lists go that nothing has shown for a while', async () => {
    const { registry, lists, dispose } = await make(0)
    for (const version of [1, 2, 3]) await registry.put(someTable('flights', version))
    expect(await lists()).toEqual(['tables/flights/0000000003/symlink.txt'])
    await registry.remove(Name.parse('flights'))
    expect(await lists()).toEqual([])
    await dispose()
  })

  it('is busy where Glue cannot answer, and has shown nothing else then', async () => {
    const client = new GlueClient({ ...local('http://127.0.0.1:1'), maxAttempts: 1 })
    const s3 = s3Client(endpoint())
    const bucket = await makeBucket(s3)
    const registry = awsRegistry({ client, database: 'none', objects: awsObjects({ client: s3, bucket }), bucket })
    await expect(registry.put(someTable('flights', 1))).rejects.toMatchObject({ code: 'busy' })
    await expect(registry.remove(Name.parse('flights'))).rejects.toMatchObject({ code: 'busy' })
    s3.destroy()
  })
})

const everyType = [
  ['bool', 'boolean'],
  ['int32', 'int'],
  ['int64', 'bigint'],
  ['float32', 'float'],
  ['float64', 'double'],
  ['utf8', 'string'],
  ['json', 'string'],
  ['binary', 'binary'],
  ['uuid', 'binary'],
  ['date', 'date'],
  ['timestamp', 'timestamp'],
  ['timestamptz', 'timestamp'],
  ['decimal(38,10)', 'decimal(38,10)'],
  ['list<list<int32>>', 'array<array<int>>'],
] as const
