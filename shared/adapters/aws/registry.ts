import {
  CreateTableCommand,
  DeleteTableCommand,
  GetTablesCommand,
  type GlueClient,
  type TableInput,
  UpdateTableCommand,
} from '@aws-sdk/client-glue'
import { type FieldType, parseTypeName } from '../../domain/batch.ts'
import { Name } from '../../domain/connector.ts'
import type { ObjectWriter } from '../../ports/objects.ts'
import type { RegisteredTable, Registry } from '../../ports/registry.ts'
import { awsFault, errorName } from './faults.ts'

export interface AwsRegistryOptions {
  readonly client: GlueClient
  readonly database: string
  readonly objects: ObjectWriter
  /** Where the objects are. */
  readonly bucket: string
  /** A list of files that nothing shows any more is kept for so long, milliseconds: a query may have begun with it. */
  readonly keptMs?: number
}

const prefix = 'tables/'
const hourMs = 3_600_000

/**
 * A table of Glue for each dataset. Its location is a folder that holds nothing but a list of the version's files, for files
 * of one version may lie in several folders, and a folder may hold more than them. Each version has a list of its own, which
 * never changes: moving the location shows another version whole.
 */
export function awsRegistry({ client, database, objects, bucket, keptMs = hourMs }: AwsRegistryOptions): Registry {
  const listOf = (dataset: string, version: number) =>
    `${prefix}${dataset}/${String(version).padStart(10, '0')}/symlink.txt`
  const send = async <T>(request: Promise<T>, ...allowed: readonly string[]): Promise<T | undefined> => {
    try {
      return await request
    } catch (thrown) {
      if (allowed.includes(errorName(thrown))) return undefined
      throw awsFault('Glue', thrown)
    }
  }
  const clean = async (dataset: string, but: string | undefined, olderThanMs: number) => {
    const { objects: lists } = await objects.list(`${prefix}${dataset}/`, { limit: 1000 })
    for (const { key, modified } of lists)
      if (key !== but && Date.now() - Date.parse(modified) >= olderThanMs) await objects.delete(key)
  }
  return {
    async put(table) {
      const key = listOf(table.dataset, table.version)
      await objects.put(key, Buffer.from(table.files.map((file) => `s3://${bucket}/${file}\n`).join('')))
      const TableInput = toInput(table, `s3://${bucket}/${key.slice(0, key.lastIndexOf('/') + 1)}`)
      const request = { DatabaseName: database, TableInput }
      const update = () => client.send(new UpdateTableCommand({ ...request, SkipArchive: true }))
      const updated = await send(update(), 'EntityNotFoundException')
      if (updated === undefined) {
        const created = await send(client.send(new CreateTableCommand(request)), 'AlreadyExistsException')
        if (created === undefined) await send(update())
      }
      await clean(table.dataset, key, keptMs)
    },
    async remove(dataset) {
      const request = new DeleteTableCommand({ DatabaseName: database, Name: toTableName(dataset) })
      await send(client.send(request), 'EntityNotFoundException')
      await clean(dataset, undefined, keptMs)
    },
    async list({ after }) {
      const request = { DatabaseName: database, MaxResults: 100, ...(after !== undefined && { NextToken: after }) }
      const page = await send(client.send(new GetTablesCommand(request)))
      const tables = (page?.TableList ?? []).flatMap(({ Parameters: said = {} }) => {
        const name = Name.safeParse(said['headgate.dataset'])
        return name.success ? [{ dataset: name.data, version: Number(said['headgate.version']) }] : []
      })
      return { tables, next: page?.NextToken ?? null }
    },
  }
}

/** Names of datasets hold no `_`, and SQL would want a `-` quoted. */
const toTableName = (dataset: string): string => dataset.replaceAll('-', '_')

const toInput = ({ dataset, title, version, columns, rows }: RegisteredTable, Location: string): TableInput => ({
  Name: toTableName(dataset),
  Description: title,
  TableType: 'EXTERNAL_TABLE',
  Parameters: {
    EXTERNAL: 'TRUE',
    classification: 'parquet',
    'headgate.dataset': dataset,
    'headgate.version': String(version),
    'headgate.rows': String(rows),
  },
  StorageDescriptor: {
    Columns: columns.map(({ name, type }) => ({ Name: name.toLowerCase(), Type: toHive(parseTypeName(type)) })),
    Location,
    InputFormat: 'org.apache.hadoop.hive.ql.io.SymlinkTextInputFormat',
    OutputFormat: 'org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat',
    SerdeInfo: {
      SerializationLibrary: 'org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe',
      Parameters: { 'serialization.format': '1' },
    },
  },
})

const plain: Readonly<Record<string, string>> = {
  bool: 'boolean',
  int32: 'int',
  int64: 'bigint',
  float32: 'float',
  float64: 'double',
  utf8: 'string',
  json: 'string',
  binary: 'binary',
  uuid: 'binary',
  date: 'date',
  timestamp: 'timestamp',
}

function toHive(type: FieldType): string {
  if (type.is === 'decimal') return `decimal(${type.precision},${type.scale})`
  if (type.is === 'list') return `array<${toHive(type.of)}>`
  return plain[type.is]!
}
