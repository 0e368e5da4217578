import { expect, test } from 'vitest'
import { Fault } from '../../shared/domain/faults.ts'
import { encode } from '../../shared/formats/encode.ts'
import { readParquetSchema } from '../../shared/formats/parquet/read.ts'
import { decode } from '../../shared/formats/read.ts'
import { bytesOf, cellsOf, cutBatch, field, fileOf, rowsOf } from './batches.ts'
import { everyRow, everySchema } from './everything.ts'

for (const format of ['parquet', 'csv', 'ndjson'] as const) {
  test(`${format} gives back every type and edge value as it was written`, async () => {
    const bytes = await bytesOf(encode(format, rowsOf(everySchema, everyRow, 3), { rowGroupRows: 5 }))
    expect(await cellsOf(decode(format, fileOf(bytes), everySchema))).toEqual(everyRow)
  })

  test(`${format} gives back each column alone, nulls first and last`, async () => {
    for (const [i, column] of everySchema.entries()) {
      const cells = [[null], ...everyRow.map((row) => [row[i]!]), [null]]
      const bytes = await bytesOf(encode(format, rowsOf([column], cells, 4)))
      expect(await cellsOf(decode(format, fileOf(bytes), [column])), column.name).toEqual(cells)
    }
  })

  test(`${format} reads a window: chosen columns in the order asked, from a row on, so many rows`, async () => {
    const schema = [field('a', { is: 'int32' }), field('b', { is: 'utf8' }), field('a', { is: 'int64' })]
    const cells = Array.from({ length: 100 }, (_, i) => [i, `text ${i}`, BigInt(i)])
    const bytes = await bytesOf(encode(format, rowsOf(schema, cells, 7), { rowGroupRows: 16 }))
    const window = { select: ['b', 'a'], startRow: 30, limit: 41 }
    const rows = decode(format, fileOf(bytes), schema, window)
    expect(rows.schema.map(({ name }) => name)).toEqual(['b', 'a'])
    expect(await cellsOf(rows)).toEqual(cells.slice(30, 71).map(([a, b]) => [b, a]))
    expect(await cellsOf(decode(format, fileOf(bytes), schema, { startRow: 99 }))).toEqual(cells.slice(99))
    expect(await cellsOf(decode(format, fileOf(bytes), schema, { startRow: 100 }))).toEqual([])
    expect(await cellsOf(decode(format, fileOf(bytes), schema, { limit: 0 }))).toEqual([])
  })

  test(`${format} bears batches that are cut out of longer ones`, async () => {
    const rows = {
      schema: everySchema,
      batches: (async function* () {
        for (const at of [0, 3, 6]) yield cutBatch(everySchema, everyRow, at, at + 3)
      })(),
    }
    const bytes = await bytesOf(encode(format, rows))
    expect(await cellsOf(decode(format, fileOf(bytes), everySchema))).toEqual(everyRow.slice(0, 9))
  })

  test(`${format} reads a file without rows`, async () => {
    const bytes = await bytesOf(encode(format, rowsOf(everySchema, [])))
    expect(await cellsOf(decode(format, fileOf(bytes), everySchema))).toEqual([])
  })

  test(`${format} that is cut short or is something else is a told fault, not a wrong row`, async () => {
    const bytes = await bytesOf(encode(format, rowsOf(everySchema, everyRow)))
    const damaged = [bytes.slice(0, -30), Uint8Array.from({ length: 300 }, (_, i) => i * 7)]
    for (const wrong of damaged) {
      const thrown = await cellsOf(decode(format, fileOf(wrong), everySchema)).catch((cause: unknown) => cause)
      expect(thrown).toBeInstanceOf(Fault)
      expect((thrown as Fault).code).toBe('source-failed')
    }
  })
}

test('an unknown column is refused with the nearest name', () => {
  expect(() => decode('csv', fileOf(new Uint8Array(0)), everySchema, { select: ['int46'] })).toThrow(/no column/)
})

test('a Parquet file names its columns as Headgate knows them, native types too', async () => {
  const schema = [...everySchema, ...everySchema.slice(0, 2).map((twin) => ({ ...twin, nullable: false }))]
  const bytes = await bytesOf(encode('parquet', rowsOf(schema, [])))
  expect(await readParquetSchema(fileOf(bytes))).toEqual(schema)
})

test('only the row group that holds the first row is read of a Parquet file', async () => {
  const schema = [field('n', { is: 'float64' })]
  const cells = Array.from({ length: 40_000 }, () => [Math.random()])
  const bytes = await bytesOf(encode('parquet', rowsOf(schema, cells), { rowGroupRows: 4000 }))
  const file = fileOf(bytes)
  let read = 0
  const counting = {
    size: file.size,
    read(begin: number, end: number) {
      read += end - begin
      return file.read(begin, end)
    },
  }
  expect(await cellsOf(decode('parquet', counting, schema, { startRow: 39_000, limit: 5 }))).toEqual(
    cells.slice(39_000, 39_005),
  )
  expect(read).toBeLessThan(64 * 1024 + bytes.length / 5)
})

test('CSV of others is read too: LF, no line end at the end, quotes everywhere, a byte order mark', async () => {
  const schema = [field('a', { is: 'int32' }), field('b', { is: 'utf8' })]
  const csv = '\ufeff"a","b"\n"1","x"\n2,"y ""z"""\n,""'
  expect(await cellsOf(decode('csv', fileOf(Buffer.from(csv)), schema))).toEqual([
    [1, 'x'],
    [2, 'y "z"'],
    [null, ''],
  ])
})

test('NDJSON of others is read too: other key order, missing and unknown keys, spaces, escapes', async () => {
  const schema = [field('a', { is: 'int32' }), field('b', { is: 'utf8' }), field('j', { is: 'json' })]
  const lines = [
    '{ "b" : "\\u00fc\\ud83d\\ude00\\/" , "a" : 1 , "other" : {"x":[1,"}"]} }',
    '{"j": {"n": 1.0}, "b": null}',
    '{"j": null}',
    '{}',
  ]
  expect(await cellsOf(decode('ndjson', fileOf(Buffer.from(lines.join('\r\n'))), schema))).toEqual([
    [1, 'ü😀/', null],
    [null, null, ' {"n": 1.0}'],
    [null, null, null],
    [null, null, null],
  ])
})

test.each([
  ['a number past the type', 'csv', 'int32', 'a\r\n2147483648\r\n'],
  ['a decimal that would be rounded', 'csv', 'decimal', 'a\r\n1.005\r\n'],
  ['a day that is not', 'csv', 'date', 'a\r\n2023-02-29\r\n'],
  ['too many fields', 'csv', 'int32', 'a\r\n1,2\r\n'],
  ['an open quote', 'csv', 'utf8', 'a\r\n"x\r\n'],
  ['text behind a quote', 'csv', 'utf8', 'a\r\n"x"y\r\n'],
  ['another header', 'csv', 'utf8', 'b\r\nx\r\n'],
  ['a key twice', 'ndjson', 'int32', '{"a":1,"a":2}\n'],
  ['no JSON', 'ndjson', 'int32', '{"a":01}\n'],
  ['half a surrogate pair', 'ndjson', 'utf8', '{"a":"\\ud800"}\n'],
  ['two objects on a line', 'ndjson', 'int32', '{"a":1}{"a":2}\n'],
] as const)('%s in a text file is a told fault', async (_, format, is, text) => {
  const type = is === 'decimal' ? ({ is, precision: 10, scale: 2 } as const) : { is }
  const rows = decode(format, fileOf(Buffer.from(text)), [field('a', type)])
  await expect(cellsOf(rows)).rejects.toBeInstanceOf(Fault)
})

test('a Parquet page that unpacks to more than its head says is a told fault', async () => {
  const schema = [field('t', { is: 'utf8' }, false)]
  const honest = await bytesOf(encode('parquet', rowsOf(schema, [['x'.repeat(300_000)]])))
  // The first page's head says 300,004 bytes (zigzag varint); it is made to say 8.
  const said = [0x15, ...varint(300_004 * 2)]
  const at = Buffer.from(honest).indexOf(Buffer.from(said))
  expect(at).toBeGreaterThan(0)
  const lying = Uint8Array.from(honest)
  lying.set([0x15, 0x90, 0x80, 0x00], at)
  const thrown = await cellsOf(decode('parquet', fileOf(lying), schema)).catch((cause: unknown) => cause)
  expect(thrown).toBeInstanceOf(Fault)
  expect((thrown as Fault).cause).toMatchObject({ code: 'ERR_BUFFER_TOO_LARGE' })
})

function varint(value: number): number[] {
  const bytes: number[] = []
  for (; value > 127; value >>>= 7) bytes.push((value & 127) | 128)
  return [...bytes, value]
}
