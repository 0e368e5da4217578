import { gzipSync, zstdCompressSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { fileExtraction } from '../../../shared/connectors/files/extraction.ts'
import { fileRows } from '../../../shared/connectors/files/parse/rows.ts'
import { FileSelection } from '../../../shared/connectors/files/selection.ts'
import { typeName } from '../../../shared/domain/batch.ts'
import { isFault } from '../../../shared/domain/faults.ts'
import { type Shown, showRows } from '../../support/rows.ts'
import { memoryObjects } from './memory-objects.ts'

/** The names, the types and the rows of one file. */
async function read(key: string, content: Uint8Array | string, options: object = {}, chunkBytes = 7) {
  const objects = memoryObjects({ [key]: content }, chunkBytes)
  const selection = FileSelection.parse({ path: key, ...options })
  const rows = await fileRows(objects, await objects.describe(key), selection)
  return {
    names: rows.schema.map(({ name }) => name),
    types: rows.schema.map(({ type }) => typeName(type)),
    rows: await showRows(rows),
  }
}

const failure = async (...args: Parameters<typeof read>) => {
  const thrown: unknown = await read(...args).then(
    () => undefined,
    (error: unknown) => error,
  )
  return thrown as { code: string; detail: string; hint: string }
}

describe('a CSV file', () => {
  it('is read as RFC 4180 says, wherever its bytes are divided', async () => {
    const text = 'a,"b ""q""",c\r\n1,"x, y",\r\n2,"two\r\nlines",""\r\n3,5" pipe,z'
    const wanted: Shown[][] = [
      ['1', 'x, y', null],
      ['2', 'two\r\nlines', ''],
      ['3', '5" pipe', 'z'],
    ]
    for (let chunkBytes = 1; chunkBytes <= text.length; chunkBytes++) {
      const { names, types, rows } = await read('a.csv', text, {}, chunkBytes)
      expect([chunkBytes, names, types, rows]).toEqual([
        chunkBytes,
        ['a', 'b "q"', 'c'],
        ['int64', 'utf8', 'utf8'],
        wanted,
      ])
    }
  })

  it('has columns of a type only where every value says so and loses nothing', async () => {
    const columns: readonly [string, readonly string[]][] = [
      ['int64', ['1', '-9223372036854775808', '9223372036854775807', '0']],
      ['decimal(38,0)', ['1', '9223372036854775808', '12345678901234567890123456789012345678']],
      ['float64', ['1', '0.1', '-2.5e-3', '.5', '1e300', '0.30000000000000004', 'NaN', '-Infinity']],
      ['decimal(38,18)', ['0.123456789012345678', '12']],
      ['bool', ['true', 'FALSE', 'True']],
      ['date', ['2024-02-29', '0001-01-01']],
      ['timestamp', ['2024-02-29T12:30:00.123456', '2024-01-01 00:00:00']],
      ['timestamptz', ['2024-02-29T12:30:00Z', '2024-01-01 00:00:00+02:00']],
      ['utf8', ['007', '1']],
      ['utf8', ['+1', '2']],
      ['utf8', ['1 ', '2']],
      ['utf8', ['1e400', '1']],
      ['utf8', ['2023-02-29', '2024-01-01']],
      ['utf8', ['2024-01-01', '2024-01-01T00:00:00']],
      ['utf8', ['2024-01-01T00:00:00', '2024-01-01T00:00:00Z']],
      ['utf8', ['2024-01-01T00:00:00.1234567']],
      ['utf8', ['true', '1']],
      ['utf8', ['yes', 'no']],
      ['utf8', ['123456789012345678901234567890123456789']],
      ['utf8', ['', '']],
    ]
    for (const [type, values] of columns) {
      const { types } = await read('a.csv', `x,y\n${values.map((value) => `${value},1`).join('\n')}\n`)
      expect([values, types[0]]).toEqual([values, type])
    }
  })

  it('carries what it guessed exactly', async () => {
    const { rows } = await read(
      'a.csv',
      'i,d,f,b,t,z\n-9223372036854775808,0.123456789012345678,0.1,TRUE,2024-02-29T01:02:03.000001,2024-01-01T00:00:00+02:00\n',
    )
    expect(rows).toEqual([
      ['-9223372036854775808', '0.123456789012345678', '0.1', 'true', expect.any(String), expect.any(String)],
    ])
    expect(rows[0]![4]).toContain('01:02:03.000001')
    expect(rows[0]![5]).toContain('2023-12-31')
  })

  it('fails at a later value that does not fit, naming file, row and column, and takes the type that is chosen', async () => {
    const lines = Array.from({ length: 6000 }, (_, i) => `${i},x`)
    lines[5500] = '007,x'
    const text = `id,name\n${lines.join('\n')}\n`
    const fault = await failure('data/a.csv', text, {}, 60_000)
    expect(fault).toMatchObject({
      code: 'value-not-representable',
      detail: 'Row 5501 of "data/a.csv", column "id": the value is no int64.',
      hint: expect.stringContaining('schema {"id": "utf8"}'),
    })
    const { rows, types } = await read('data/a.csv', text, { schema: { id: 'utf8' } }, 60_000)
    expect([types, rows[5500], rows.length]).toEqual([['utf8', 'utf8'], ['007', 'x'], 6000])
    const chosen = await read('a.csv', 'n\n 007 \n+8\n', { schema: { n: 'int64' } })
    expect(chosen.rows).toEqual([['7'], ['8']])
    expect((await failure('a.csv', 'n\n1.5\n', { schema: { n: 'int64' } })).code).toBe('value-not-representable')
    expect((await failure('a.csv', 'n\n1\n', { schema: { m: 'int64' } })).code).toBe('invalid-request')
  })

  it('tells a text that is empty from no value', async () => {
    const { rows } = await read('a.csv', 't,n\n"",""\n,\nNA,1\n', { csv: { nulls: ['', 'NA'] } })
    expect(rows).toEqual([
      ['', null],
      [null, null],
      [null, '1'],
    ])
  })

  it('may have other delimiters, no header, lines before it, a mark, and blank lines', async () => {
    expect((await read('a.csv', 'a;b\n1,5;x\n')).names).toEqual(['a', 'b'])
    expect((await read('a.tsv', 'a\tb,c\n1\t2\n')).names).toEqual(['a', 'b,c'])
    expect((await read('a.csv', '1|2\n3|4\n', { csv: { header: false } })).names).toEqual(['column1', 'column2'])
    expect((await read('a.csv', 'made by "us\n\na,b\n1,2\n', { csv: { skip: 2 } })).rows).toEqual([['1', '2']])
    expect(await read('a.csv', '\ufeffa,b\n\n1,2\n\n')).toMatchObject({ names: ['a', 'b'], rows: [['1', '2']] })
    expect((await read('a.dat', 'a,b\n1,2', { parse: 'csv' })).rows).toEqual([['1', '2']])
    expect((await read('a.csv', 'a,b\n')).rows).toEqual([])
    expect((await read('a.csv', 'a,a,__proto__,\n1,2,3,4\n')).names).toEqual(['a', 'a', '__proto__', ''])
  })

  it('is told where it is broken', async () => {
    expect((await failure('a.csv', 'a,b\n1,2\n3\n')).detail).toBe('Row 2 of "a.csv" has 1 cells where 2 are expected.')
    expect((await failure('a.csv', 'a\n"x" y\n')).detail).toContain('closing quote in record 2')
    expect((await failure('a.csv', 'a\n"x\n')).detail).toContain('left open in record 2')
    expect((await failure('a.csv', '')).code).toBe('source-failed')
    expect((await failure('a.csv', Buffer.from('a,b\n1,\xff\n', 'latin1'))).code).toBe('value-not-representable')
    expect((await failure('a.csv', Buffer.from('\ufeffa,b\n', 'utf16le'))).detail).toContain('UTF-16')
  })
})

describe('a JSON file', () => {
  const text = '[{"a":1,"b":"x","c":{"d":[1, 2]}},\n {"b":null,"a":2.50,"e":true}]'
  const rows: Shown[][] = [
    ['1', 'x', '{"d":[1, 2]}', null],
    ['2.5', null, null, 'true'],
  ]
  it('has a row an object and a column a key, however it lists them, wherever its bytes are divided', async () => {
    const lines = '{"a":1,"b":"x","c":{"d":[1, 2]}}\n{"b":null,"a":2.50,"e":true}\n'
    for (let chunkBytes = 1; chunkBytes < 40; chunkBytes++)
      for (const [key, content] of [
        ['a.json', text],
        ['a.ndjson', lines],
        ['a.jsonl', lines.replace('\n', '')],
      ] as const) {
        const found = await read(key, content, {}, chunkBytes)
        expect(found).toEqual({ names: ['a', 'b', 'c', 'e'], types: ['float64', 'utf8', 'json', 'bool'], rows })
      }
  })

  it('keeps what is of several kinds as it is written', async () => {
    const found = await read(
      'a.json',
      '[{"x":1,"n":"12","t":"2024-01-01","big":12345678901234567890},{"x":"\\u0041 1e2","n":"7","t":"2024-01-02","big":0}]',
    )
    expect(found.types).toEqual(['json', 'utf8', 'date', 'decimal(38,0)'])
    expect(found.rows).toEqual([
      ['1', '12', '2024-01-01', '12345678901234567890'],
      ['"\\u0041 1e2"', '7', '2024-01-02', '0'],
    ])
  })

  it('drops no key: a new one is told, or named in the schema', async () => {
    const many = `${'{"a":1}\n'.repeat(5500)}{"a":2,"late":"x"}\n`
    const fault = await failure('a.ndjson', many, {}, 60_000)
    expect(fault).toMatchObject({ code: 'value-not-representable', detail: expect.stringContaining('Row 5501') })
    const found = await read('a.ndjson', many, { schema: { late: 'utf8' } }, 60_000)
    expect(found.rows.at(-1)).toEqual(['2', 'x'])
  })

  it('is told where it is broken', async () => {
    const broken = ['[{"a":1}', '[{"a":1} {"a":2}]', '[{"a":1},]', '[1]', '{"a":1', '{"a" 1}', '[{"a":01}]', '"a"']
    for (const content of [...broken, '[{"a":1}] x', '{"a":[1 2]}', '{"a":{"b":}}']) {
      const fault = await failure('a.json', content)
      expect([content, fault?.code]).toEqual([content, expect.stringMatching(/source-failed|value-not-representable/)])
    }
    expect((await failure('a.json', '{"a":1,"a":2}')).detail).toContain('twice')
    expect((await read('a.json', '[]')).rows).toEqual([])
  })
})

describe('a compressed file', () => {
  const text = `id,name\n${Array.from({ length: 3000 }, (_, i) => `${i},name ${i}`).join('\n')}\n`
  it('is unpacked where its bytes say so, in all its members and frames', async () => {
    const half = text.indexOf('\n', text.length / 2)
    const parts = [text.slice(0, half), text.slice(half)]
    const gzip = Buffer.concat(parts.map((part) => gzipSync(part)))
    const zstd = Buffer.concat(parts.map((part) => zstdCompressSync(part)))
    const skippable = Buffer.concat([zstd, Buffer.from('502a4d1803000000616263', 'hex')])
    for (const [key, bytes] of [
      ['a.csv.gz', gzip],
      ['a.csv.zst', zstd],
      ['a.csv', skippable],
    ] as const)
      for (const chunkBytes of [1, 3, 1000, 1 << 20])
        expect([key, chunkBytes, (await read(key, bytes, {}, chunkBytes)).rows.length]).toEqual([key, chunkBytes, 3000])
  })

  it('is told where it is cut off or damaged', async () => {
    for (const [key, whole] of [
      ['a.csv.gz', gzipSync(text)],
      ['a.csv.zst', zstdCompressSync(text)],
    ] as const) {
      for (const left of [whole.length - 1, whole.length - 9, 30])
        expect((await failure(key, whole.subarray(0, left), {}, 1000)).code).toBe('source-failed')
      const damaged = Buffer.from(whole)
      damaged.fill(0x55, 40, 400)
      expect((await failure(key, damaged, {}, 1000)).code).toBe('source-failed')
    }
  })

  it('is no bomb', async () => {
    const bomb = `a\n${`${'0'.repeat(99_999)}\n`.repeat(1_500)}`
    for (const bytes of [gzipSync(bomb), zstdCompressSync(bomb)]) {
      const objects = memoryObjects({ 'a.csv': bytes }, 1 << 16)
      const before = process.memoryUsage.rss()
      const reading = async () => {
        const rows = await fileRows(objects, await objects.describe('a.csv'), FileSelection.parse({ path: 'a.csv' }))
        for await (const _ of rows.batches);
      }
      await expect(reading()).rejects.toMatchObject({ code: 'too-large' })
      expect(process.memoryUsage.rss() - before).toBeLessThan(300 * 1024 * 1024)
    }
  })
})

describe('a selection of files', () => {
  const files = {
    'in/1.csv': 'id,name\n1,one\n',
    'in/2.csv': 'name,id\ntwo,2\n',
    'in/deep/3.csv': 'id,name\n3,three\n',
    'in/picture.png': Buffer.from('\x89PNG', 'latin1'),
    'index.csv': 'id\n0\n',
  }
  const extraction = fileExtraction(memoryObjects(files))
  const extract = async (selection: object) => {
    const parsed = FileSelection.parse(selection)
    const shares = await Promise.all(
      (await extraction.plan(parsed)).map((part) => extraction.extract(parsed, JSON.parse(JSON.stringify(part)))),
    )
    const found: unknown[] = []
    for (const share of shares)
      if (share.shape === 'rows') found.push(...(await showRows(share)))
      else
        for await (const { path, bytes } of share.files)
          found.push([path, Buffer.concat(await Array.fromAsync(bytes)).toString('latin1')])
    return found
  }

  it('A22 is made by match, glob and regex', async () => {
    const bytes = { parse: 'none' }
    const keys = async (selection: object) =>
      (await extract({ ...selection, ...bytes })).map((found) => (found as [string])[0])
    expect(await keys({ match: 'in/1.csv' })).toEqual(['in/1.csv'])
    expect(await keys({ glob: 'in/*.csv' })).toEqual(['in/1.csv', 'in/2.csv'])
    expect(await keys({ glob: '**/*.csv' })).toEqual(['in/1.csv', 'in/2.csv', 'in/deep/3.csv', 'index.csv'])
    expect(await keys({ glob: 'in/{1,[!1]}.csv' })).toEqual(['in/1.csv', 'in/2.csv'])
    expect(await keys({ regex: 'in/(\\d|deep/\\d)\\.csv' })).toEqual(['in/1.csv', 'in/2.csv', 'in/deep/3.csv'])
    expect(await keys({ path: 'in/' })).toHaveLength(4)
    await expect(keys({ glob: 'none/*' })).rejects.toMatchObject({ code: 'not-found' })
  })

  it('has the rows of all, by the names of their columns', async () => {
    expect(await extract({ glob: 'in/**.csv' })).toEqual([
      ['1', 'one'],
      ['2', 'two'],
      ['3', 'three'],
    ])
    await expect(extract({ glob: '*n*/**.csv' })).resolves.toHaveLength(3)
    await expect(extract({ regex: '.*csv' })).rejects.toMatchObject({ code: 'value-not-representable' })
  })

  it('keeps the bytes where one of the files has no rows', async () => {
    expect(await extract({ path: 'in/' })).toContainEqual(['in/picture.png', '\x89PNG'])
  })

  it('is not held up by a pattern that takes for ever', async () => {
    const slow = fileExtraction(memoryObjects({ [`${'a'.repeat(40)}!`]: '' }))
    const fault: unknown = await slow.plan(FileSelection.parse({ regex: '(a+)+' })).catch((error: unknown) => error)
    expect(isFault(fault, 'invalid-request')).toBe(true)
    for (const bad of [
      { regex: '(' },
      { glob: '[' },
      { path: 'a', glob: 'b' },
      {},
      { path: 'a', schema: { x: 'int' } },
    ])
      expect(FileSelection.safeParse(bad).success).toBe(false)
  })

  it('has a fingerprint that changes with the files', async () => {
    const one = FileSelection.parse({ glob: 'in/*.csv' })
    const same = await extraction.fingerprint(one)
    expect(await extraction.fingerprint(one)).toBe(same)
    const other = fileExtraction(memoryObjects({ ...files, 'in/1.csv': 'id,name\n10,ten\n' }))
    expect(await other.fingerprint(one)).not.toBe(same)
  })

  it('fails where a file changed since it was planned', async () => {
    const selection = FileSelection.parse({ path: 'in/1.csv' })
    const [planned] = await extraction.plan(selection)
    const changed = fileExtraction(memoryObjects({ 'in/1.csv': 'id,name\n1,one more\n' }))
    const extracted = await changed.extract(selection, planned)
    await expect(extracted.shape === 'rows' && showRows(extracted)).rejects.toMatchObject({ code: 'source-changed' })
  })
})
