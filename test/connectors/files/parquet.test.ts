import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { fileRows } from '../../../shared/connectors/files/parse/rows.ts'
import { FileSelection } from '../../../shared/connectors/files/selection.ts'
import { typeName } from '../../../shared/domain/batch.ts'
import { python, pythonLacks } from '../../support/python.ts'
import { showRows } from '../../support/rows.ts'
import { memoryObjects } from './memory-objects.ts'

const lacking = pythonLacks('pyarrow')
const why = lacking === undefined ? '' : ` (skipped: ${lacking})`

async function open(bytes: Uint8Array, key = 'a.parquet') {
  const objects = memoryObjects({ [key]: bytes }, 1 << 16)
  return fileRows(objects, await objects.describe(key), FileSelection.parse({ path: key }))
}

describe('a Parquet file that somebody wrote', () => {
  it('is read by what it says of itself', async () => {
    const file = new URL('../../../node_modules/vega-datasets/data/flights-3m.parquet', import.meta.url)
    const { schema, batches } = await open(readFileSync(file))
    expect(schema.map(({ name, type }) => `${name} ${typeName(type)}`)).toEqual([
      'date timestamp',
      'delay int64',
      'distance int64',
      'origin utf8',
      'destination utf8',
    ])
    let rows = 0
    let delay = 0n
    for await (const batch of batches) {
      rows += batch.rows
      const [, column] = batch.columns
      if (column?.layout === 'fixed') for (let i = 0; i < batch.rows; i++) delay += column.values[i] as bigint
    }
    expect(rows).toBe(3_000_000)
    expect(delay).not.toBe(0n)
  })

  it('is told where it is none, or cut off', async () => {
    for (const bytes of [
      Buffer.from('PAR1'),
      Buffer.from('no parquet at all'),
      Buffer.alloc(0),
      Buffer.alloc(50_000, 'PAR1'),
    ])
      await expect(open(bytes)).rejects.toMatchObject({ code: 'source-failed' })
  })
})

describe.skipIf(lacking !== undefined)(`Parquet files by pyarrow${why}`, () => {
  let folder: string
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'headgate-parquet-'))
    execFileSync(python, [new URL('parquet.py', import.meta.url).pathname, folder])
  })
  afterAll(() => rmSync(folder, { recursive: true }))
  const read = (name: string) => open(readFileSync(join(folder, `${name}.parquet`)))

  it('are read exactly, every type of them, with every codec', async () => {
    for (const codec of ['none', 'snappy', 'gzip', 'brotli', 'zstd', 'lz4']) {
      const { schema, batches } = await read(codec)
      const rows = await showRows({ schema, batches })
      const shown = Object.fromEntries(
        schema.map(({ name, type }, i) => [name, [typeName(type), rows[0]![i], rows[2]![i]]]),
      )
      expect(rows[1]).toEqual(schema.map(() => null))
      expect([codec, shown]).toEqual([codec, wanted])
    }
  })

  it('are read over more than one row group', async () => {
    const rows = await read('many')
    let count = 0n
    let sum = 0n
    for await (const { rows: size, columns } of rows.batches) {
      const [column] = columns
      if (column?.layout === 'fixed') for (let i = 0; i < size; i++) sum += column.values[i] as bigint
      count += BigInt(size)
    }
    expect([count, sum]).toEqual([300_000n, (299_999n * 300_000n) / 2n])
  })

  it('keep old times of nanoseconds where they are whole microseconds, and say so where not', async () => {
    const rows = await showRows(await read('int96'))
    expect(rows[0]![0]).toContain('2024-02-29 12:34:56.789012')
    expect(rows[1]![0]).toContain('1969-12-31 23:59:59.999999')
    const fault = await read('nanos')
      .then(showRows)
      .catch((error: unknown) => error)
    expect(fault).toMatchObject({
      code: 'value-not-representable',
      detail: expect.stringContaining('Row 1, column "t"'),
    })
  })

  it('are told where a column has a structure', async () => {
    await expect(read('struct')).rejects.toMatchObject({ code: 'not-offered', hint: expect.stringContaining('none') })
  })
})

const wanted = {
  i8: ['int32', '-128', '127'],
  u8: ['int32', '0', '255'],
  u16: ['int32', '0', '65535'],
  u32: ['int64', '0', '4294967295'],
  u64: ['decimal(20,0)', '0', '18446744073709551615'],
  i64: ['int64', '-9223372036854775808', '9223372036854775807'],
  f16: ['float32', '0.5', '65504'],
  f32: ['float32', '0.5', '-Infinity'],
  f64: ['float64', '5e-324', 'NaN'],
  bool: ['bool', 'true', 'false'],
  text: ['utf8', '', 'ü😀'],
  large: ['utf8', 'a', 'b'],
  bytes: ['binary', '', 'ff00'],
  fixed: ['binary', '616263', '000102'],
  dec9: ['decimal(9,2)', '-1.50', '9999999.99'],
  dec18: ['decimal(18,6)', '-0.000001', '999999999999.999999'],
  dec38: ['decimal(38,9)', '-12345678901234567890123456789.012345678', '0.000000000'],
  date: ['date', '0001-01-01', '2024-02-29'],
  ms: ['timestamp', expect.stringContaining('1969-12-31 23:59:59.999'), expect.stringContaining('12:34:56.789')],
  us: ['timestamptz', expect.stringContaining('23:59:59.999999'), expect.stringContaining('12:34:56.789012')],
  ns: ['timestamp', expect.stringContaining('23:59:59.999999'), expect.stringContaining('12:34:56.789012')],
  time: ['utf8', '00:00:00.000000', '23:59:59.999999'],
  list: ['list<int32>', [], ['1', null, '3']],
  words: ['list<utf8>', ['x', ''], []],
  dict: ['utf8', 'a', 'a'],
}
