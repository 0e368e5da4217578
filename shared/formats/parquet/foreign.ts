/** Parquet files that others wrote, by what they say of themselves. */
import { isUtf8 } from 'node:buffer'
import { type FileMetaData, parquetScan, type RowGroup, type SchemaElement } from 'hyparquet'
import type { Batch, Column, FieldType, Rows } from '../../domain/batch.ts'
import { Fault } from '../../domain/faults.ts'
import type { RandomAccess } from '../read.ts'
import { compressors } from './compressors.ts'
import { type ForeignType, foreignType } from './foreign-type.ts'
import { columnOfRaw } from './raw-column.ts'
import { asFault, bare, endOfElement, type ReadChunk, readChunks, readMetadata } from './read.ts'

/**
 * What is decoded at once comes to about so many bytes, but not to fewer rows: a page is decoded anew for every read
 * that begins in it, and others write pages as long as row groups.
 */
const batchBytes = 64 * 1024 * 1024
const fewestRows = 16_384
const mostColumns = 10_000

interface ForeignColumn extends ForeignType {
  readonly name: string
  readonly nullable: boolean
  readonly native: string
  readonly isList: boolean
  /** Its position among a row group's column chunks. */
  readonly chunk: number
  /** Its elements, the root before them. */
  readonly elements: SchemaElement[]
}

/**
 * The columns and the rows of a Parquet file, exactly; reading begins with the first batch. Faults: source-failed for
 * bytes that are no such file, not-offered for columns with structure, value-not-representable.
 */
export async function readForeignParquet(file: RandomAccess): Promise<Rows> {
  const metadata = await readMetadata(file)
  const columns = columnsOf(metadata)
  return {
    schema: columns.map(({ name, type, nullable, native, isList }) => ({
      name,
      type: isList ? { is: 'list', of: type } : type,
      nullable,
      native,
    })),
    batches: readBatches(file, metadata, columns),
  }
}

async function* readBatches(
  file: RandomAccess,
  metadata: FileMetaData,
  columns: readonly ForeignColumn[],
): AsyncGenerator<Batch> {
  let row = 0
  for (const group of metadata.row_groups) {
    const rows = Number(group.num_rows)
    const bytes = await asFault(() => readChunks(file, group, columns))
    const share = batchBytes / Math.max(1, Number(group.total_byte_size))
    const batchRows = Math.min(rows, Math.max(fewestRows, Math.ceil(rows * share)))
    for (let start = 0; start < rows; start += batchRows) {
      const end = Math.min(start + batchRows, rows)
      const read: Column[] = []
      for (const column of columns)
        read.push(toColumn(column, await readRaw(bytes, metadata, group, column, start, end), end - start, row + start))
      yield { rows: end - start, columns: read }
    }
    row += rows
  }
}

function columnsOf({ schema }: FileMetaData): ForeignColumn[] {
  const [root, ...elements] = schema
  if ((root?.num_children ?? 0) > mostColumns) throw new Fault('too-large', `It has more than ${mostColumns} columns.`)
  const columns: ForeignColumn[] = []
  for (let at = 0; at < elements.length; ) {
    const top = elements[at]!
    const own = elements.slice(at, endOfElement(elements, at))
    at += own.length
    const leaf = own.at(-1)!
    const repeated = own.filter(({ repetition_type: repetition }) => repetition === 'REPEATED').length
    const isList = repeated === 1 && (top.converted_type === 'LIST' || top.logical_type?.type === 'LIST')
    const hasStructure = own.length > (isList ? 3 : 1) || (repeated > 0 && !isList) || own.length === 2
    if (leaf.type === undefined || hasStructure) throw structured(top.name)
    const { type, logical_type: logical, converted_type: converted } = leaf
    columns.push({
      ...foreignType(leaf),
      chunk: columns.length,
      elements: [{ ...root!, num_children: 1 }, ...own.map(bare)],
      name: top.name,
      nullable: top.repetition_type !== 'REQUIRED',
      native: [isList && 'LIST', type, logical?.type ?? converted].filter(Boolean).join(' '),
      isList,
    })
  }
  return columns
}

/** Numbers, bigints, bytes, arrays of them; null or undefined. */
function readRaw(
  readChunk: ReadChunk,
  metadata: FileMetaData,
  group: RowGroup,
  { chunk, elements }: ForeignColumn,
  rowStart: number,
  rowEnd: number,
): Promise<ArrayLike<unknown>> {
  return asFault(async () => {
    const scan = await parquetScan({
      file: { byteLength: Number.MAX_SAFE_INTEGER, slice: readChunk },
      // As if the file had this one column and this one row group: the cost is then that of the column.
      metadata: {
        ...metadata,
        schema: elements,
        num_rows: group.num_rows,
        row_groups: [{ ...group, columns: [group.columns[chunk]!] }],
      },
      utf8: false,
      geoparquet: false,
      compressors,
      // Bared elements are not converted, but for INT96, which has no other meaning: nanoseconds are given then.
      parsers: { timestampFromNanoseconds: (nanos: bigint) => nanos },
    })
    return scan.readColumn({ column: elements[1]!.name, rowStart, rowEnd })
  })
}

function toColumn(column: ForeignColumn, raw: ArrayLike<unknown>, rows: number, firstRow: number): Column {
  const { convert, isList } = column
  const values = convert ? Array.from(raw, (value, i) => convertAny(column, value, firstRow + i)) : raw
  const type: FieldType = isList ? { is: 'list', of: column.type } : column.type
  const made = columnOfRaw(type, values, rows)
  const text = made.layout === 'list' ? made.items : made
  if (/^(utf8|json)$/.test(column.type.is) && text.layout === 'bytes' && !isUtf8(text.data))
    throw unfit(column.name, firstRow + firstBroken(made, rows), 'It is not UTF-8.')
  return made
}

function convertAny(column: ForeignColumn, value: unknown, row: number): unknown {
  if (value === null || value === undefined) return value
  if (Array.isArray(value)) return value.map((item) => convertAny(column, item, row))
  const converted = column.convert!(value as never)
  if (converted === undefined) throw unfit(column.name, row, 'It is finer or larger than what can be carried exactly.')
  return converted
}

function firstBroken(column: Column, rows: number): number {
  if (column.layout !== 'bytes') return 0
  for (let row = 0; row < rows; row++)
    if (!isUtf8(column.data.subarray(column.offsets[row], column.offsets[row + 1]))) return row
  return 0
}

const unfit = (name: string, row: number, detail: string): Fault =>
  new Fault('value-not-representable', `Row ${row + 1}, column ${JSON.stringify(name)} cannot be carried. ${detail}`, {
    hint: 'Copy the file as it is: parse "none".',
  })

const structured = (name: string): Fault =>
  new Fault('not-offered', `The column ${JSON.stringify(name)} of the Parquet file has a structure within.`, {
    hint: 'Copy the file as it is: parse "none".',
  })
