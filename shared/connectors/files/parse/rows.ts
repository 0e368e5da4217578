import type { Batch, FieldType, Rows } from '../../../domain/batch.ts'
import { parseTypeName } from '../../../domain/batch.ts'
import { Fault } from '../../../domain/faults.ts'
import type { RandomAccess } from '../../../formats/read.ts'
import type { ObjectInfo, SourceObjects } from '../../kind.ts'
import type { FileSelection } from '../selection.ts'
import { type CsvDialect, inferCsv, readCsv, type TextFile } from './csv.ts'
import { formatOf, type RowFormat } from './format-of.ts'
import { inferJson, readJson } from './json.ts'
import type { FileSchema } from './table.ts'
import { textBytes } from './text-bytes.ts'
import { unpack } from './unpack.ts'

/** How files are to be read as rows. */
export type ParseOptions = Pick<FileSelection, 'parse' | 'csv' | 'schema'>

/** Files of one format and one schema. */
export interface Table {
  readonly format: RowFormat
  readonly schema: FileSchema
}

/** Files whose beginnings tell the schema of all: the first, the last and one between. */
const samples = 3

/** Parquet files up to this size are read at once: a server of files starts anew for every range. */
const wholeBytes = 16 * 1024 * 1024
const mostWithoutSize = 256 * 1024 * 1024

/** The format of files that are read as rows; undefined where they stay files. Fault invalid-request for a mixture. */
export function rowFormatOf(keys: readonly string[], { parse }: ParseOptions): RowFormat | undefined {
  if (parse === 'none') return undefined
  if (parse !== 'auto') return parse
  const formats = new Set(keys.map(formatOf))
  return formats.size === 1 ? [...formats][0] : undefined
}

/** Tells the columns of files by their beginnings. */
export async function inferTable(
  objects: SourceObjects,
  files: readonly ObjectInfo[],
  format: RowFormat,
  options: ParseOptions,
): Promise<Table> {
  const chosen = new Map(Object.entries(options.schema ?? {}).map(([name, type]) => [name, parseTypeName(type)]))
  if (format === 'parquet') return { format, schema: await parquetSchema(objects, files[0]!, chosen) }
  const sampled = [...new Set([files[0]!, files[Math.floor(files.length / 2)]!, files.at(-1)!])].slice(0, samples)
  const texts = sampled.map((file) => textOf(objects, file, options))
  if (format === 'csv' || format === 'tsv')
    return { format, schema: await inferCsv(texts, dialectOf(format, options), chosen) }
  return { format, schema: await inferJson(texts, chosen) }
}

/** The rows of files, one file after another. */
export async function* readTable(
  objects: SourceObjects,
  files: AsyncIterable<ObjectInfo> | Iterable<ObjectInfo>,
  { format, schema }: Table,
  options: ParseOptions,
): AsyncGenerator<Batch> {
  for await (const file of files) {
    if (format === 'parquet') yield* readParquetFile(objects, file, schema)
    else if (format === 'csv' || format === 'tsv')
      yield* readCsv(textOf(objects, file, options), dialectOf(format, options), schema)
    else yield* readJson(textOf(objects, file, options), schema)
  }
}

/** The rows of one file. Fault not-offered where nothing tells how to read it. */
export async function fileRows(objects: SourceObjects, file: ObjectInfo, options: ParseOptions): Promise<Rows> {
  const format = rowFormatOf([file.key], options)
  if (format === undefined)
    throw new Fault('not-offered', `${JSON.stringify(file.key)} is no file whose rows are read.`, {
      hint: 'Say what it is: parse csv, tsv, ndjson, json or parquet; or read its bytes.',
    })
  const table = await inferTable(objects, [file], format, options)
  return { schema: table.schema.fields, batches: readTable(objects, [file], table, options) }
}

export const dialectOf = (format: 'csv' | 'tsv', { csv }: ParseOptions): CsvDialect => ({
  delimiter: csv?.delimiter?.charCodeAt(0) ?? (format === 'tsv' ? 9 : undefined),
  header: csv?.header ?? true,
  nulls: new Set(csv?.nulls ?? ['']),
})

/** Nothing is opened before the bytes are asked for. */
const textOf = (objects: SourceObjects, file: ObjectInfo, { csv }: ParseOptions): TextFile => ({
  name: file.key,
  bytes: textBytes(unpack(bytesOf(objects, file)), csv?.skip),
})

async function* bytesOf(objects: SourceObjects, file: ObjectInfo): AsyncGenerator<Uint8Array> {
  yield* await objects.read(file.key, undefined, file)
}

async function parquetSchema(
  objects: SourceObjects,
  file: ObjectInfo,
  chosen: ReadonlyMap<string, FieldType>,
): Promise<FileSchema> {
  if (chosen.size > 0)
    throw new Fault('invalid-request', 'A Parquet file names its own types.', { hint: 'Leave `schema` out.' })
  const { readForeignParquet } = await import('../../../formats/parquet/foreign.ts')
  const { schema } = await readForeignParquet(await randomAccess(objects, file))
  return { fields: schema, chosen: new Set() }
}

async function* readParquetFile(objects: SourceObjects, file: ObjectInfo, { fields }: FileSchema) {
  const { readForeignParquet } = await import('../../../formats/parquet/foreign.ts')
  const { schema, batches } = await readForeignParquet(await randomAccess(objects, file))
  const same = JSON.stringify(schema.map(({ name, type }) => [name, type]))
  if (same !== JSON.stringify(fields.map(({ name, type }) => [name, type])))
    throw new Fault(
      'value-not-representable',
      `The columns of ${JSON.stringify(file.key)} are not those of the first file.`,
      {
        hint: 'Select files of one kind, or copy them as they are: parse "none".',
      },
    )
  yield* batches
}

async function randomAccess(objects: SourceObjects, file: ObjectInfo): Promise<RandomAccess> {
  const { size } = file
  if (size !== null && size > wholeBytes)
    return { size, read: (begin, end) => objects.read(file.key, [begin, end], file) }
  const chunks: Uint8Array[] = []
  let bytes = 0
  for await (const chunk of bytesOf(objects, file)) {
    chunks.push(Uint8Array.from(chunk))
    bytes += chunk.length
    if (bytes > mostWithoutSize)
      throw new Fault('too-large', 'The source does not tell the size of a large Parquet file.', {
        hint: 'Copy it as it is: parse "none".',
      })
  }
  const whole = Buffer.concat(chunks)
  return {
    size: whole.length,
    read: async function* (begin: number, end: number) {
      yield whole.subarray(begin, end)
    },
  }
}
