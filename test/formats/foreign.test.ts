import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type FieldType, type Schema, typeName } from '../../shared/domain/batch.ts'
import { encode } from '../../shared/formats/encode.ts'
import { python, pythonLacks } from '../support/python.ts'
import { bytesOf, type Cell, cutBatch, field, rowsOf } from './batches.ts'
import { everyRow, everySchema } from './everything.ts'

const script = fileURLToPath(new URL('foreign.py', import.meta.url))
const lacking = pythonLacks('pyarrow', 'duckdb')
const why = lacking === undefined ? '' : ` (skipped: ${lacking})`

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'headgate-foreign-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

describe.skipIf(lacking !== undefined)(`readers that are not ours${why}`, () => {
  test.each([
    ['pyarrow', 'parquet'],
    ['duckdb', 'parquet'],
    ['pyarrow', 'arrow'],
  ] as const)('%s reads every type and edge value of %s', async (reader, format) => {
    const bytes = await bytesOf(encode(format, rowsOf(everySchema, everyRow, 3), { rowGroupRows: 5 }))
    expect(read(reader, format, bytes, everySchema)).toEqual(exactRows(everySchema, everyRow))
  })

  test.each([
    ['pyarrow', 'parquet'],
    ['duckdb', 'parquet'],
    ['pyarrow', 'arrow'],
  ] as const)('%s reads many rows of %s: dictionaries, runs, nulls, lists', async (reader, format) => {
    const { schema, cells } = manyRows(30_000)
    const bytes = await bytesOf(encode(format, rowsOf(schema, cells, 4999), { rowGroupRows: 9000, worker: true }))
    expect(read(reader, format, bytes, schema)).toEqual(exactRows(schema, cells))
  })

  test('pyarrow reads Arrow batches that were cut out of longer ones', async () => {
    const batches = (async function* () {
      for (const at of [0, 3, 6]) yield cutBatch(everySchema, everyRow, at, at + 3)
    })()
    const bytes = await bytesOf(encode('arrow', { schema: everySchema, batches }))
    expect(read('pyarrow', 'arrow', bytes, everySchema)).toEqual(exactRows(everySchema, everyRow.slice(0, 9)))
  })

  test.each([
    ['pyarrow', 'parquet'],
    ['duckdb', 'parquet'],
    ['pyarrow', 'arrow'],
  ] as const)('%s opens %s without rows, with 1,600 columns, with odd names', async (reader, format) => {
    const empty = await bytesOf(encode(format, rowsOf(everySchema, [])))
    expect(read(reader, format, empty, everySchema)).toEqual([])
    const many = Array.from({ length: 1600 }, (_, i) =>
      field(`column ${i}`, { is: i % 2 ? 'utf8' : 'int64' }, i % 3 > 0),
    )
    const cells = [0, 1, 2].map((row) => many.map((_, i) => (i % 2 ? `${i} ${row}` : BigInt(i * row))))
    const wide = await bytesOf(encode(format, rowsOf(many, cells)))
    expect(read(reader, format, wide, many)).toEqual(exactRows(many, cells))
    const odd = ['__proto__', 'a "quoted" name', 'ü😀', 'constructor', 'with space', 'x.y'].map((name) =>
      field(name, { is: 'int32' }),
    )
    const oddFile = await bytesOf(encode(format, rowsOf(odd, [[1, 2, 3, 4, 5, 6]])))
    expect(read(reader, format, oddFile, odd)).toEqual([['1', '2', '3', '4', '5', '6']])
    const twins = ['a', 'a', 'A', 'a_2'].map((name) => field(name, { is: 'int32' }))
    if (format === 'parquet') {
      const twinFile = await bytesOf(encode(format, rowsOf(twins, [[1, 2, 3, 4]])))
      expect(read(reader, format, twinFile, twins)).toEqual([['1', '2', '3', '4']])
    }
  })

  // DuckDB's dates end before PostgreSQL's, and its CSV and JSON readers take neither ` BC` nor base64.
  const plain = everySchema.filter(({ type }) => !['date', 'timestamp', 'binary', 'json'].includes(type.is))
  const positions = plain.map((column) => everySchema.indexOf(column))

  test.each(['csv', 'ndjson'] as const)('duckdb reads what %s has a common text for', async (format) => {
    const times = [
      field('d', { is: 'date' }),
      field('t', { is: 'timestamp', zone: false }),
      field('z', { is: 'timestamp', zone: true }),
      field('j', { is: 'json' }),
    ]
    const schema = [...plain, ...times].map((column, i) => ({ ...column, name: `c${i}` }))
    const cells = everyRow.map((row, i) => [
      ...positions.map((at) => row[at]!),
      ...(i === 0
        ? [null, null, null, null]
        : [i - 5, BigInt(i) * 1_234_567n, BigInt(-i) * 1_000_000n, `{"a":[${i}]}`]),
    ])
    const bytes = await bytesOf(encode(format, rowsOf(schema, cells, 3)))
    expect(read('duckdb', format, bytes, schema)).toEqual(exactRows(schema, cells))
  })
})

function read(reader: string, format: string, bytes: Uint8Array, schema: Schema): unknown[] {
  const file = join(folder, `file.${format}`)
  writeFileSync(file, bytes)
  const types = JSON.stringify(schema.map(({ type }) => typeName(type)))
  const options = { encoding: 'utf8', maxBuffer: 2 ** 30 } as const
  const lines = execFileSync(python, [script, reader, format, file, types], options).split('\n')
  return lines.filter((line) => line !== '').map((line) => JSON.parse(line) as unknown)
}

/** The cells as `foreign.py` prints them. */
const exactRows = (schema: Schema, cells: readonly (readonly Cell[])[]): unknown[] =>
  cells.map((row) => row.map((cell, i) => exact(schema[i]!.type, cell)))

function exact(type: FieldType, cell: Cell): unknown {
  if (cell === null) return null
  if (type.is === 'list') return (cell as readonly Cell[]).map((item) => exact(type.of, item))
  if (type.is === 'float32' || type.is === 'float64') {
    if (Number.isNaN(cell)) return 'NaN'
    const bytes = Buffer.alloc(type.is === 'float32' ? 4 : 8)
    if (type.is === 'float32') bytes.writeFloatBE(cell as number)
    else bytes.writeDoubleBE(cell as number)
    return bytes.toString('hex')
  }
  return cell instanceof Uint8Array ? Buffer.from(cell).toString('hex') : String(cell)
}

/** Columns with few and with many distinct values, long runs, nulls scattered and in runs. */
function manyRows(count: number): { schema: Schema; cells: Cell[][] } {
  const schema = [
    field('unique', { is: 'int64' }, false),
    field('one', { is: 'utf8' }, false),
    field('few', { is: 'utf8' }),
    field('hundreds', { is: 'decimal', precision: 12, scale: 2 }),
    field('thousands', { is: 'decimal', precision: 30, scale: 2 }),
    field('runs', { is: 'int32' }),
    field('noise', { is: 'float64' }),
    field('flag', { is: 'bool' }),
    field('text', { is: 'utf8' }),
    field('list', { is: 'list', of: { is: 'int32' } }),
    field('nothing', { is: 'date' }),
  ]
  const cells = Array.from({ length: count }, (_, i): Cell[] => [
    BigInt(i) * 4_294_967_311n,
    'same',
    i % 7 === 0 ? null : ['air', 'rail', 'ship', ''][(i * i) % 4]!,
    BigInt((i * 7919) % 300) - 150n,
    i % 1000 < 300 ? null : BigInt((i * 7919) % 5000) * 10n ** 20n * (i % 2 ? 1n : -1n),
    Math.floor(i / 500),
    Math.sin(i) * 10 ** (i % 20),
    i % 11 === 3 ? null : i % 3 === 0,
    i % 13 === 0 ? null : `row ${i} says ${'lorem ipsum '.repeat(i % 9)}`,
    i % 17 === 0 ? null : Array.from({ length: i % 5 }, (_, j) => (j === 2 ? null : i + j)),
    null,
  ])
  return { schema, cells }
}
