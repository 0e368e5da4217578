/**
 * Parquet files back into batches: flat columns of our own by `flat-column.ts`, lists and what others laid out in another
 * way through hyparquet, whose decoded pages are taken raw, for it rounds decimals.
 */
import { zstdDecompressSync } from 'node:zlib'
import type { FileMetaData, RowGroup, SchemaElement } from 'hyparquet'
import { parquetMetadataAsync, parquetScan } from 'hyparquet'
import { type Batch, type Column, type FieldType, parseTypeName, type Schema } from '../../domain/batch.ts'
import { Fault } from '../../domain/faults.ts'
import { distinctNames } from '../names.ts'
import type { RandomAccess, ReadWindow } from '../read.ts'
import { sliceColumn } from '../slice.ts'
import { type FlatReader, newFlatReader } from './flat-column.ts'
import { type KeptField, leafOf, type Physical, schemaKey } from './leaf.ts'
import { columnOfRaw } from './raw-column.ts'

/** The columns of a file that Headgate wrote. Faults: source-failed, not-offered for files of others. */
export async function readParquetSchema(file: RandomAccess): Promise<Schema> {
  const { key_value_metadata } = await readMetadata(file)
  const text = key_value_metadata?.find(({ key }) => key === schemaKey)?.value
  if (text === undefined) {
    throw new Fault('not-offered', 'The Parquet file was not written by Headgate.', {
      hint: 'Name its columns and their types.',
    })
  }
  return (JSON.parse(text) as KeptField[]).map(({ name, type, nativeType, nullable }) => ({
    name,
    type: parseTypeName(type),
    nullable,
    native: nativeType,
  }))
}

/** Columns read together when at least this share of the bytes from the first to the last is wanted. */
const worthOneRead = 0.5
const longestRead = 64 * 1024 * 1024
const longestPage = 256 * 1024 * 1024
const batchRows = 65_536

/** The columns at `wanted` of the rows in the window, a batch a row group. Fault: source-failed. */
export async function* readParquet(
  file: RandomAccess,
  schema: Schema,
  wanted: readonly number[],
  { startRow = 0, limit = Number.POSITIVE_INFINITY }: ReadWindow,
): AsyncGenerator<Batch> {
  const metadata = await readMetadata(file)
  const places = placesOf(metadata, schema, wanted)
  let groupStart = 0
  for (const group of metadata.row_groups) {
    const groupRows = Number(group.num_rows)
    const from = Math.max(startRow - groupStart, 0)
    const to = Math.min(startRow + limit - groupStart, groupRows)
    groupStart += groupRows
    if (from >= to) continue
    const chunks = await asFault(() => readChunks(file, group, places))
    for (let start = from; start < to; start += batchRows) {
      const end = Math.min(start + batchRows, to)
      const columns = []
      for (const place of places) columns.push(await readColumn(chunks, metadata, group, place, schema, start, end))
      yield { rows: end - start, columns }
    }
  }
}

/** A field and where it is in the file. */
interface Place {
  readonly field: number
  /** Its leaf's position among a row group's column chunks. */
  readonly chunk: number
  /** Its elements in the file's schema, the root before them. */
  readonly elements: SchemaElement[]
  /** Absent where the column is a list, or of another physical type than ours. */
  readonly flat: FlatReader | undefined
}

/** As hyparquet calls them. */
const physicalNames = {
  bool: 'BOOLEAN',
  int32: 'INT32',
  int64: 'INT64',
  float32: 'FLOAT',
  float64: 'DOUBLE',
  bytes: 'BYTE_ARRAY',
  decimal128: 'FIXED_LEN_BYTE_ARRAY',
  uuid: 'FIXED_LEN_BYTE_ARRAY',
} as const satisfies Record<Physical, string>

function flatReaderOf(type: FieldType, [, column, ...deeper]: readonly SchemaElement[]): FlatReader | undefined {
  if (type.is === 'list' || deeper.length > 0 || column!.repetition_type === 'REPEATED') return undefined
  const leaf = leafOf(type, column!.repetition_type === 'OPTIONAL', column!.name)
  const isOurs = physicalNames[leaf.physical] === column!.type && (column!.type_length ?? 16) === 16
  return isOurs ? newFlatReader(type, leaf, decompress) : undefined
}

function placesOf(metadata: FileMetaData, schema: Schema, wanted: readonly number[]): Place[] {
  const names = distinctNames(schema.map(({ name }) => name))
  const columns = topColumns(metadata.schema)
  return wanted.map((field) => {
    const found = columns.get(names[field]!)
    if (!found) {
      throw new Fault('source-failed', `The Parquet file has no column ${JSON.stringify(names[field])}.`)
    }
    return { field, ...found, flat: flatReaderOf(schema[field]!.type, found.elements) }
  })
}

/** The columns of the file by name: elements, bared of what would make hyparquet convert values. */
function topColumns([root, ...elements]: readonly SchemaElement[]): Map<string, Omit<Place, 'field' | 'flat'>> {
  const columns = new Map<string, Omit<Place, 'field' | 'flat'>>()
  let at = 0
  let chunk = 0
  while (at < elements.length) {
    const end = endOfElement(elements, at)
    const own = elements.slice(at, end)
    const leaves = own.filter(({ type }) => type !== undefined).length
    if (leaves === 1) columns.set(own[0]!.name, { chunk, elements: [{ ...root!, num_children: 1 }, ...own.map(bare)] })
    chunk += leaves
    at = end
  }
  return columns
}

/** Where the element at `at` and what is within it end. Fault source-failed where there is none. */
export function endOfElement(elements: readonly SchemaElement[], at: number): number {
  const element = elements[at]
  if (!element) throw new Fault('source-failed', 'The Parquet file lacks columns that it tells of.')
  let end = at + 1
  for (let child = 0; child < (element.num_children ?? 0); child++) end = endOfElement(elements, end)
  return end
}

/** A leaf without what would make hyparquet convert its values. */
export function bare(element: SchemaElement): SchemaElement {
  if (element.type === undefined) return element
  const { converted_type, logical_type, ...rest } = element
  return rest
}

async function readColumn(
  readChunk: ReadChunk,
  metadata: FileMetaData,
  group: RowGroup,
  place: Place,
  schema: Schema,
  rowStart: number,
  rowEnd: number,
): Promise<Column> {
  const { field, chunk, elements } = place
  const own = await asFault(() => readFlat(readChunk, group, place))
  if (own) return sliceColumn(schema[field]!.type, own, rowStart, rowEnd)
  // As if the file had this one column and this one row group: the cost is then that of the column.
  const only: FileMetaData = {
    ...metadata,
    schema: elements,
    num_rows: group.num_rows,
    row_groups: [{ ...group, columns: [group.columns[chunk]!] }],
  }
  const buffers: ArrayBuffer[] = []
  const keep = <T extends ArrayBuffer | Uint8Array>(bytes: T): T => {
    buffers.push(bytes instanceof ArrayBuffer ? bytes : (bytes.buffer as ArrayBuffer))
    return bytes
  }
  return asFault(async () => {
    const scan = await parquetScan({
      file: { byteLength: Number.MAX_SAFE_INTEGER, slice: async (start, end) => keep(await readChunk(start, end)) },
      metadata: only,
      utf8: false,
      geoparquet: false,
      compressors: { ZSTD: (page: Uint8Array, length: number) => keep(decompress(page, length)) },
    })
    const raw = await scan.readColumn({ column: elements[1]!.name, rowStart, rowEnd })
    const column = columnOfRaw(schema[field]!.type, raw, rowEnd - rowStart)
    // Everything is copied by now. Left to the collector, pages would pile up to a few hundred megabytes.
    for (const buffer of buffers) buffer.transfer(0)
    return column
  })
}

/** The whole column, or undefined where it is laid out in another way than ours. */
async function readFlat(readChunk: ReadChunk, group: RowGroup, { chunk, flat }: Place): Promise<Column | undefined> {
  const { meta_data: meta } = group.columns[chunk]!
  if (!flat || meta!.codec !== 'ZSTD') return undefined
  const { begin, end } = rangeOf(group, chunk)
  const buffer = await readChunk(begin, end)
  const column = flat.read(new Uint8Array(buffer), Number(group.num_rows))
  buffer.transfer(0)
  return column
}

/** A page of no more bytes than its head says, which must be no more than our writer's largest cell makes. */
function decompress(page: Uint8Array, length: number): Uint8Array {
  if (length > longestPage) throw new Fault('too-large', 'A page of the Parquet file is longer than 256 MB.')
  // In one piece, and never from Buffer's pool: `readColumn` frees it by hand.
  const chunkSize = Math.max(length, Buffer.poolSize)
  return zstdDecompressSync(page, { maxOutputLength: chunkSize, chunkSize })
}

/** The bytes of the half-open range [start, end) of a file. */
export type ReadChunk = (start: number, end?: number) => Promise<ArrayBuffer>

/** Reads what the columns need of a row group: at once where most of it is wanted, else piece by piece. */
export async function readChunks(
  file: RandomAccess,
  group: RowGroup,
  places: readonly Pick<Place, 'chunk'>[],
): Promise<ReadChunk> {
  const piecewise: ReadChunk = (start, end = file.size) => readRange(file, start, end)
  const ranges = places.map(({ chunk }) => rangeOf(group, chunk))
  const begin = Math.min(...ranges.map((range) => range.begin))
  const end = Math.max(...ranges.map((range) => range.end))
  const wanted = ranges.reduce((sum, range) => sum + range.end - range.begin, 0)
  if (ranges.length === 0 || end - begin > longestRead || wanted < (end - begin) * worthOneRead) return piecewise
  const bytes = await readRange(file, begin, end)
  return async (from, to = file.size) =>
    from >= begin && to <= end ? bytes.slice(from - begin, to - begin) : piecewise(from, to)
}

/** Where the pages of a column are in the file. */
function rangeOf(group: RowGroup, chunk: number): { readonly begin: number; readonly end: number } {
  const { dictionary_page_offset, data_page_offset, total_compressed_size } = group.columns[chunk]!.meta_data!
  const begin = Number(dictionary_page_offset ?? data_page_offset)
  return { begin, end: begin + Number(total_compressed_size) }
}

/** What the file says of itself. Fault source-failed, also where it contradicts itself. */
export async function readMetadata(file: RandomAccess): Promise<FileMetaData> {
  return asFault(async () => {
    const metadata = await parquetMetadataAsync(
      { byteLength: file.size, slice: (start, end = file.size) => readRange(file, start, end) },
      { geoparquet: false, initialFetchSize: 64 * 1024 },
    )
    const rows = metadata.row_groups.reduce((sum, group) => sum + group.num_rows, 0n)
    if (rows !== metadata.num_rows) throw new RangeError('The row groups have not the rows that the file tells.')
    return metadata
  })
}

async function readRange(file: RandomAccess, begin: number, end: number): Promise<ArrayBuffer> {
  const bytes = new Uint8Array(end - begin)
  let at = 0
  for await (const chunk of await file.read(begin, end)) {
    bytes.set(chunk.subarray(0, bytes.length - at), at)
    at += chunk.length
  }
  if (at < bytes.length) throw new Fault('source-failed', 'The Parquet file is shorter than it says.')
  return bytes.buffer
}

/** What a broken file makes the reader throw, as the fault source-failed. */
export async function asFault<T>(read: () => T | Promise<T>): Promise<T> {
  try {
    return await read()
  } catch (cause) {
    if (cause instanceof Fault) throw cause
    throw new Fault('source-failed', 'The Parquet file cannot be read.', {
      cause,
      hint: 'It may be damaged, or use a compression or an encoding that is not known here.',
    })
  }
}
