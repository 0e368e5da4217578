import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { unzip } from '../formats/unzip.ts'
import { type LabPlatform, labPlatform } from './lab-platform.ts'

let platform: LabPlatform

beforeEach(async () => {
  platform = await labPlatform()
})
afterEach(() => platform.dispose())

const named = { params: { name: 'numbers' } }
const read = async (query: Record<string, string> = {}) =>
  (await platform.call('readDataset', { ...named, query })).body
const numbersIn = (body: { rows: string[][] }) => body.rows.map(([number]) => Number(number))
const upTo = (count: number) => Array.from({ length: count }, (_, i) => i)

describe.each(['parquet', 'csv', 'ndjson'])('rows of a %s dataset', (format) => {
  beforeEach(async () => {
    await platform.define({ format })
    platform.pace.partBytes = 1
    platform.lab.batchRows = 7
    platform.lab.numbers = upTo(40)
    await platform.take()
  })

  it('are read as they were, though they may be in several parts', async () => {
    const manifest = (await platform.call('getVersion', { params: { name: 'numbers', version: '1' } })).body
    // a Parquet part cannot end within a row group
    expect(manifest.parts.length).toBe(format === 'parquet' ? 1 : 6)
    const body = await read()
    expect(numbersIn(body)).toEqual(upTo(40))
    expect(body.rows.slice(0, 2)).toEqual([
      ['0', null],
      ['1', 'text 1'],
    ])
    expect(body.next).toBeNull()
    expect(body.columns).toEqual(manifest.columns)
  })

  it.each([1, 3, 7, 39])('page by %d without loss or repetition', async (limit) => {
    const numbers: number[] = []
    let cursor: string | null = null
    do {
      const page: { rows: string[][]; next: string | null } = await read({
        limit: String(limit),
        ...(cursor && { cursor }),
      })
      expect(page.rows.length).toBeLessThanOrEqual(limit)
      numbers.push(...numbersIn(page))
      cursor = page.next
    } while (cursor !== null)
    expect(numbers).toEqual(upTo(40))
  })

  it('are selected and filtered, also by columns that are not shown, page by page', async () => {
    const where = '{"and":[["number","ge",5],{"not":["text","is-null"]}]}'
    const first = await read({ select: 'text', where, limit: '3' })
    expect(first.rows).toEqual([['text 5'], ['text 6'], ['text 8']])
    const second = await read({ select: 'text', where, limit: '3', cursor: first.next })
    expect(second.rows).toEqual([['text 9'], ['text 10'], ['text 11']])
  })

  it('come in an order, with nulls last, page by page', async () => {
    const order = '["text","-number"]'
    const first = await read({ order, limit: '2' })
    expect(first.rows).toEqual([
      ['1', 'text 1'],
      ['10', 'text 10'],
    ])
    const second = await read({ order, limit: '37', cursor: first.next })
    expect(numbersIn(second).slice(-4)).toEqual([28, 21, 14, 7])
    const third = await read({ order, limit: '37', cursor: second.next })
    expect([numbersIn(third), third.next]).toEqual([[0], null])
    expect(
      numbersIn(await read({ order: '-number', select: 'number', where: '["number","lt",9]', limit: '2' })),
    ).toEqual([8, 7])
  })

  it('P15 download in every format, from every format', async () => {
    const download = (as: string) => platform.call('downloadDataset', { ...named, query: { format: as } })
    const csv = await download('csv')
    expect(csv.headers['content-disposition']).toBe('attachment; filename="numbers.csv"')
    const lines = csv.text.trim().split(/\r?\n/)
    expect([lines.length, lines[0], lines[2]]).toEqual([41, 'number,text', '1,text 1'])
    const ndjson = (await download('ndjson')).text.trim().split('\n')
    expect(ndjson.map((line) => Number(JSON.parse(line).number))).toEqual(upTo(40))
    const parquet = (await download('parquet')).bytes
    expect([parquet.subarray(0, 4).toString(), parquet.subarray(-4).toString()]).toEqual(['PAR1', 'PAR1'])
    const files = unzip((await download('zip')).bytes)
    const manifest = JSON.parse(files.get('manifest.json')!.toString())
    expect([...files.keys()]).toHaveLength(manifest.parts.length + 1)
    expect((await platform.call('downloadDataset', named)).headers['content-disposition']).toContain(
      `numbers.${format}`,
    )
    expect((await download('xlsx')).status).toBe(400)
  })
})

it('rows of a Parquet dataset of several parts go on from one to the next', async () => {
  await platform.define()
  platform.pace.partBytes = 1
  platform.lab.batchRows = 40_000
  platform.lab.numbers = upTo(400_000)
  await platform.take()
  const { parts } = (await platform.call('getVersion', { params: { name: 'numbers', version: '1' } })).body
  expect(parts.length).toBeGreaterThan(1)
  const edge: number = parts[0].rows
  const { next } = await read({ select: 'number', limit: String(edge - 1) })
  expect(numbersIn(await read({ select: 'number', limit: '3', cursor: next }))).toEqual([edge - 1, edge, edge + 1])
  const where = JSON.stringify(['number', 'ge', edge - 1])
  expect(numbersIn(await read({ select: 'number', limit: '3', where }))).toEqual([edge - 1, edge, edge + 1])
  const ndjson = await platform.call('downloadDataset', { ...named, query: { format: 'ndjson' } })
  expect(ndjson.text.trim().split('\n')).toHaveLength(400_000)
  expect((await platform.call('verifyDataset', named)).body).toMatchObject({ ok: true, rows: 400_000 })
})

describe('a dataset', () => {
  it('P12 keeps its versions; who names none reads the newest', async () => {
    await platform.define()
    await platform.take()
    const between = new Date().toISOString()
    await new Promise((resolve) => setTimeout(resolve, 5))
    platform.lab.numbers.push(10)
    expect(numbersIn(await read())).toEqual(upTo(10))
    await platform.take()
    expect(numbersIn(await read())).toEqual(upTo(11))
    expect(numbersIn(await read({ version: '1' }))).toEqual(upTo(10))
    expect(numbersIn(await read({ asOf: between }))).toEqual(upTo(10))
    const { items } = (await platform.call('listVersions', named)).body
    expect(items.map(({ version, rows }: { version: number; rows: number }) => [version, rows])).toEqual([
      [2, 11],
      [1, 10],
    ])
    const { body } = await platform.call('getDataset', named, 'viewer')
    expect(body).toMatchObject({ name: 'numbers', latest: 2, highest: 2, current: { version: 2, rows: 11 } })
    expect((await platform.call('getDataset', { params: { name: body.uid } })).body).toEqual(body)
    expect((await platform.call('listDatasets')).body.items).toMatchObject([{ name: 'numbers', latest: 2 }])
  })

  it('a cursor stays at its version when another is published, and belongs to its query', async () => {
    await platform.define()
    await platform.take()
    const { next } = await read({ limit: '4' })
    platform.lab.numbers = [100, 101, 102, 103, 104, 105]
    await platform.take()
    expect(numbersIn(await read({ limit: '100', cursor: next }))).toEqual([4, 5, 6, 7, 8, 9])
    for (const query of [{ cursor: next, select: 'number' }, { cursor: 'x' }, { cursor: `${next}x` }])
      expect((await platform.call('readDataset', { ...named, query: query as never })).status).toBe(400)
  })

  it('P16 has a head: its columns and first rows, missing values null', async () => {
    platform.lab.numbers = upTo(50)
    await platform.define()
    await platform.take()
    const { body } = await platform.call('readHead', named)
    expect(body.rows).toHaveLength(20)
    expect(body.rows[7]).toEqual(['7', null])
    expect(body.columns.map(({ name }: { name: string }) => name)).toEqual(['number', 'text'])
  })

  it('lists its files with addresses', async () => {
    platform.pace.partBytes = 1
    platform.lab.numbers = upTo(12)
    await platform.define({ format: 'csv' })
    await platform.take()
    const list = (query: Record<string, string>) => platform.call('listFiles', { ...named, query })
    const first = (await list({ limit: '2' })).body
    expect(first.items[0]).toMatchObject({ name: 'part-00000.csv', path: null, rows: 4, sha256: expect.any(String) })
    expect(first.items[0].url).toContain('part-00000.csv')
    const rest = (await list({ limit: '2', cursor: first.next })).body
    expect([rest.items.map(({ name }: { name: string }) => name), rest.next]).toEqual([['part-00002.csv'], null])
  })

  it('of files has no rows, and unpacks into its folder whatever the paths were', async () => {
    platform.lab.files = ['a/b.txt', '../../up', '/etc/passwd', 'C:\\x', 'a/b.txt/', '..'].map((path, i) => ({
      path,
      text: `file ${i}`,
    }))
    await platform.define()
    await platform.take()
    expect((await platform.call('readDataset', named)).status).toBe(422)
    expect((await platform.call('downloadDataset', { ...named, query: { format: 'csv' } })).status).toBe(422)
    const files = unzip((await platform.call('downloadDataset', named)).bytes)
    expect([...files.keys()]).toEqual([
      'files/a/b.txt',
      'files/_/_/up',
      'files/etc/passwd',
      'files/C_/x',
      'files/a/b.txt_2',
      'files/_',
      'manifest.json',
    ])
    expect(files.get('files/a/b.txt_2')!.toString()).toBe('file 4')
    const { items } = (await platform.call('listFiles', named)).body
    expect(items[1]).toMatchObject({ name: '_/_/up', path: '../../up' })
    expect((await platform.call('verifyDataset', named)).body).toMatchObject({ ok: true, rows: 0, problems: [] })
  })

  it('is rolled back, and the next version has a number of its own', async () => {
    await platform.define()
    await platform.take()
    platform.lab.numbers.push(10)
    await platform.take()
    const rolled = await platform.call('rollBackDataset', { ...named, body: { version: 1 } })
    expect(rolled.body).toMatchObject({ latest: 1, highest: 2 })
    expect(numbersIn(await read())).toEqual(upTo(10))
    expect((await platform.call('rollBackDataset', { ...named, body: { version: 7 } })).status).toBe(404)
    await platform.take()
    expect((await platform.call('getDataset', named)).body).toMatchObject({ latest: 3, highest: 3 })
  })

  it('P17 is deleted with its content; its datasource remains, and the other way round', async () => {
    await platform.define()
    await platform.take()
    const anyVersion = { headers: { 'if-match': '*' } }
    await platform.call('deleteDatasource', { ...named, ...anyVersion })
    expect(numbersIn(await read())).toEqual(upTo(10))
    await platform.define()
    await platform.take()
    expect((await platform.call('deleteVersion', { params: { name: 'numbers', version: '2' } })).status).toBe(204)
    expect((await platform.call('deleteVersion', { params: { name: 'numbers', version: '2' } })).status).toBe(404)
    expect((await platform.call('deleteDataset', named)).status).toBe(428)
    expect((await platform.call('deleteDataset', { ...named, headers: { 'if-match': '"1"' } })).status).toBe(412)
    expect((await platform.call('deleteDataset', { ...named, ...anyVersion })).status).toBe(204)
    expect((await platform.call('getDataset', named)).status).toBe(404)
    expect((await platform.world.objects.list('', { limit: 10 })).objects).toEqual([])
    expect((await platform.call('getDatasource', named)).status).toBe(200)
  })

  it.each(['parquet', 'csv', 'ndjson'])('of %s is verified, and damage is found', async (format) => {
    await platform.define({ format })
    await platform.take()
    const verify = async () => (await platform.call('verifyDataset', named)).body
    expect(await verify()).toMatchObject({ ok: true, version: 1, rows: 10, problems: [] })
    const { key, bytes } = (await platform.call('getVersion', { params: { name: 'numbers', version: '1' } })).body
      .parts[0]
    await platform.world.objects.put(key, Buffer.alloc(bytes))
    expect((await verify()).problems).toMatchObject([{ detail: expect.stringContaining('SHA-256') }])
    await platform.world.objects.put(key, Buffer.alloc(1))
    expect((await verify()).problems).toMatchObject([{ detail: `The file has 1 bytes, not ${bytes}.` }])
    await platform.world.objects.delete(key)
    expect(await verify()).toMatchObject({ ok: false, problems: [{ file: `part-00000.${format}` }] })
  })
})

describe('asking for what is not there', () => {
  beforeEach(async () => {
    await platform.define()
    await platform.take()
  })

  it.each<[string, Record<string, string>, number, string]>([
    ['a version', { version: '9' }, 404, 'numbers has no version 9.'],
    ['a version before the first', { asOf: '2001-01-01T00:00:00Z' }, 404, 'numbers had no version at'],
    ['a version by number and instant', { version: '1', asOf: '2001-01-01T00:00:00Z' }, 400, 'not by both'],
    ['a column', { select: 'nubmer' }, 400, 'There is no column "nubmer".'],
    ['a column in where', { where: '["nubmer","eq",1]' }, 400, 'There is no column "nubmer".'],
    ['a column in order', { order: 'nubmer', limit: '1' }, 400, 'There is no column "nubmer".'],
    ['an operator', { where: '["number","equals",1]' }, 400, ''],
    ['an operand of the type', { where: '["number","eq","one"]' }, 400, ''],
    ['a limit', { limit: '0' }, 400, ''],
  ])('%s is told', async (_what, query, status, detail) => {
    const reply = await platform.call('readDataset', { ...named, query })
    expect(reply.status).toBe(status)
    expect(reply.body.detail).toContain(detail)
  })

  it('an order of more rows than are held is refused with a hint', async () => {
    platform.lab.numbers = upTo(20_000)
    platform.lab.batchRows = 5000
    await platform.take()
    const refused = await read({ order: '-number', limit: '10001' })
    expect(refused).toMatchObject({ code: 'invalid-request', hint: expect.stringContaining('10000') })
    const all = await platform.call('readDataset', { ...named, query: { order: '-number', format: 'csv' } })
    expect(all.status).toBe(400)
    const top = await read({ order: '-number', limit: '10000' })
    expect([top.rows.length, top.rows[0][0], top.next]).toEqual([10_000, '19999', expect.any(String)])
    expect(
      (await platform.call('readDataset', { ...named, query: { order: '-number', cursor: top.next } })).status,
    ).toBe(400)
  })

  it('a dataset that was never taken says how to get one', async () => {
    const reply = await platform.call('getDataset', { params: { name: 'none' } })
    expect(reply).toMatchObject({ status: 404, body: { hint: expect.stringContaining('first snapshot') } })
  })
})
