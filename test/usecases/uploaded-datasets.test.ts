import { gzipSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createEgress } from '../../shared/adapters/egress.ts'
import { createSources } from '../../shared/adapters/sources.ts'
import { uploadedFiles } from '../../shared/adapters/uploaded-files.ts'
import { kinds } from '../../shared/connectors/index.ts'
import { uploadedPrefix } from '../../shared/domain/uploaded-file.ts'
import { sweepUploads } from '../../shared/snapshots/sweep-uploads.ts'
import { takeSnapshot } from '../../shared/snapshots/take-snapshot.ts'
import { testPlatform } from '../support/platform.ts'
import shelf from '../support/shelf-kind.ts'

let platform: Awaited<ReturnType<typeof testPlatform>>
const taking: Promise<unknown>[] = []

beforeEach(async () => {
  const start = async (id: string) => {
    const { catalog, objects, secrets } = platform.world
    const egress = createEgress({ allow: [] })
    const sources = createSources({ kinds, catalog, secrets, egress, uploaded: async () => uploadedFiles(objects) })
    taking.push(takeSnapshot({ catalog, objects, sources }, id, new AbortController().signal))
  }
  platform = await testPlatform({ kinds: [...kinds, shelf], runs: { start } })
})
afterEach(async () => {
  await Promise.all(taking.splice(0))
  await platform.dispose()
})

const text = (value: string) => new TextEncoder().encode(value)
const editor = { role: 'editor' as const, caller: 'ada' }

/** Uploads a file and waits for what became of it. */
async function upload(query: string, bytes?: Uint8Array, as: typeof editor | object = editor) {
  const said = await platform.call('POST', `/v1/datasets?${query}`, { ...as, ...(bytes && { bytes }) })
  await Promise.all(taking.splice(0))
  if (said.status !== 202) return { said, run: undefined }
  return { said, run: (await platform.call('GET', said.headers.location!)).json }
}
const rows = async (name: string, query = '') => (await platform.call('GET', `/v1/datasets/${name}/rows${query}`)).json
const shown = async (name: string) => {
  const { columns, rows: all } = await rows(name)
  return [columns.map(({ name, type }: { name: string; type: string }) => `${name} ${type}`), all]
}
const kept = async () =>
  (await platform.world.objects.list(uploadedPrefix, { limit: 1000 })).objects.map(({ key }) => key)

const orders = 'id,price,note\n9007199254740993,1.10,a\n2,2.20,\n'

describe('P13 a dataset of a file', () => {
  it('is version 1, with exact values, and of the same name once more version 2', async () => {
    const { said, run } = await upload('name=orders&title=Orders&file=orders.csv', text(orders))
    expect(said).toMatchObject({ status: 202, json: { datasource: 'orders', state: 'pending', requestedBy: 'ada' } })
    expect(run).toMatchObject({ state: 'done', version: 1, rows: 2 })
    expect(await shown('orders')).toEqual([
      ['id int64', 'price float64', 'note utf8'],
      [
        ['9007199254740993', 1.1, 'a'],
        ['2', 2.2, null],
      ],
    ])
    const again = await upload('name=orders&file=orders.csv', text('id,price,note\n3,3.3,c\n'))
    expect(again.run).toMatchObject({ state: 'done', version: 2, rows: 1 })
    expect((await rows('orders')).rows).toEqual([['3', 3.3, 'c']])
    expect((await rows('orders', '?version=1')).rows).toHaveLength(2)
    const dataset = (await platform.call('GET', '/v1/datasets/orders')).json
    expect(dataset).toMatchObject({ title: 'Orders', origin: 'upload', latest: 2 })
    expect(await platform.call('GET', '/v1/datasets/orders/versions/2')).toMatchObject({
      json: { kind: 'upload', connector: 'uploads', format: 'parquet' },
    })
  })

  it('has the types that are chosen, the dialect and the format', async () => {
    const csv = encodeURIComponent('{"delimiter":";","nulls":["-"]}')
    const schema = encodeURIComponent('{"price":"decimal(10,2)","id":"utf8"}')
    await upload(`name=orders&parse=csv&csv=${csv}&schema=${schema}&format=csv`, text('id;price\n007;1.1\n8;-\n'))
    expect(await shown('orders')).toEqual([
      ['id utf8', 'price decimal(10,2)'],
      [
        ['007', '1.10'],
        ['8', null],
      ],
    ])
    expect((await platform.call('GET', '/v1/datasets/orders/versions/1')).json.format).toBe('csv')
  })

  it('is read from NDJSON, Parquet and what is packed, and kept as it is with none', async () => {
    await upload('name=lines&file=a.ndjson', text('{"a":1,"b":"x"}\n{"a":2}\n'))
    expect((await rows('lines')).rows).toEqual([
      ['1', 'x'],
      ['2', null],
    ])
    const parquet = await platform.call('GET', '/v1/datasets/lines/files')
    expect(parquet.json.items).toHaveLength(1)
    const { objects } = platform.world
    const [part] = (await objects.list('datasets/lines/', { limit: 100 })).objects.filter(({ key }) =>
      key.endsWith('.parquet'),
    )
    const bytes = Buffer.concat(await Array.fromAsync(await objects.get(part!.key)))
    await upload('name=again&file=b.parquet', bytes)
    expect((await rows('again')).rows).toEqual((await rows('lines')).rows)
    await upload('name=packed&file=c.csv.gz', gzipSync(orders))
    expect((await rows('packed')).rows).toHaveLength(2)
    const { run } = await upload('name=bytes&file=d.bin', text('whatever'))
    expect(run).toMatchObject({ state: 'done', rows: 0, bytes: 8 })
  })

  it('is made of an object of the caller’s own, and of no other', async () => {
    await platform.call('PUT', '/v1/objects/user/in/orders.csv', { ...editor, bytes: text(orders) })
    expect((await upload('name=orders&object=user/in/orders.csv')).run).toMatchObject({ state: 'done', rows: 2 })
    const { said } = await upload('name=stolen&object=user/in/orders.csv', undefined, { role: 'editor', caller: 'bob' })
    expect(said).toMatchObject({ status: 404, json: { code: 'not-found' } })
    expect((await platform.call('GET', '/v1/datasets/stolen')).status).toBe(404)
    expect(await kept()).toHaveLength(1)
  })

  it.each([
    ['neither a body nor an object', 'name=orders&file=a.csv', undefined, '/body'],
    ['a body and an object', 'name=orders&object=user/a.csv', text('a'), '/body'],
    ['nothing that tells what it is', 'name=orders', text('a'), '/query/file'],
    ['a file with a path', `name=orders&file=${encodeURIComponent('../a.csv')}`, text('a'), '/query/file'],
    ['no name', 'file=a.csv', text('a'), '/query/name'],
    [
      'a type that there is not',
      `name=orders&file=a.csv&schema=${encodeURIComponent('{"a":"money"}')}`,
      text('a'),
      '/query/schema/a',
    ],
    ['what is no JSON', 'name=orders&file=a.csv&csv=x', text('a'), '/query/csv'],
    [
      'an option that there is not',
      `name=orders&file=a.csv&csv=${encodeURIComponent('{"quote":"x"}')}`,
      text('a'),
      '/query/csv',
    ],
  ])('is refused with %s, before anything is kept', async (_, query, bytes, pointer) => {
    const { said } = await upload(query, bytes)
    expect(said, said.text).toMatchObject({ status: 400, json: { code: 'invalid-request' } })
    expect(said.json.errors[0].pointer).toContain(pointer)
    expect(await kept()).toEqual([])
    expect((await platform.call('GET', '/v1/datasources/orders')).status).toBe(404)
  })

  it('is not made by a token that is good for other connectors only: it is told so, at once and for good', async () => {
    const sent = { bytes: text(orders), as: { connectors: ['elsewhere'] } }
    const said = await platform.call('POST', '/v1/datasets?name=limited&file=orders.csv', sent)
    expect(said).toMatchObject({ status: 403, json: { code: 'forbidden', hint: expect.stringContaining('uploads') } })
    expect((await kept()).filter((key) => key.includes('limited'))).toEqual([])
  })

  it('P14 that cannot be read has failed, and says where', async () => {
    const { run } = await upload('name=orders&file=a.csv&schema=%7B%22a%22%3A%22int64%22%7D', text('a\n1\nx\n'))
    expect(run).toMatchObject({ state: 'failed', version: null, error: { code: expect.any(String) } })
    expect(run.error.detail).toContain('a')
    expect((await upload('name=orders&file=a.csv', text('a\n1\n'))).run).toMatchObject({ state: 'done', version: 1 })
  })
})

describe('P18 the origin', () => {
  it('is told, filtered by, and never mixed', async () => {
    await platform.call('POST', '/v1/connectors', {
      body: { name: 'shelf', kind: 'shelf', config: {}, credential: { password: 'open sesame' } },
    })
    const made = { name: 'boxes', connector: 'shelf', selection: { table: 'boxes' } }
    expect((await platform.call('POST', '/v1/datasources', { body: made })).status).toBe(201)
    expect((await upload('name=boxes&file=a.csv', text('a\n1\n'))).said).toMatchObject({ status: 409 })
    await upload('name=orders&file=a.csv', text('a\n1\n'))
    const list = async (origin: string) => {
      const { items } = (await platform.call('GET', `/v1/datasets?origin=${origin}`)).json
      return items.map(({ name }: { name: string }) => name)
    }
    expect(await list('upload')).toEqual(['orders'])
    expect(await list('datasource')).toEqual([])
    await platform.call('DELETE', '/v1/datasources/orders', { headers: { 'if-match': '*' } })
    const taken = await platform.call('POST', '/v1/datasources', { body: { ...made, name: 'orders' } })
    expect(taken).toMatchObject({ status: 409, json: { code: 'conflict' } })
    expect((await upload('name=orders&file=a.csv', text('a\n2\n'))).run).toMatchObject({ version: 2 })
  })

  it('has a connector of its own that nobody fills in, and whose files are not browsed', async () => {
    await upload('name=orders&file=a.csv', text('a\n1\n'))
    const kindsShown = (await platform.call('GET', '/v1/kinds')).json.items.map(({ kind }: { kind: string }) => kind)
    expect(kindsShown).not.toContain('upload')
    const made = await platform.call('POST', '/v1/connectors', { body: { name: 'mine', kind: 'upload', config: {} } })
    expect(made).toMatchObject({ status: 400, json: { errors: [{ pointer: '/body/kind' }] } })
    expect(await platform.call('GET', '/v1/sources/uploads/objects')).toMatchObject({
      status: 422,
      json: { code: 'not-offered' },
    })
  })

  it('keeps the file of the newest version, so that it can be copied again, and no older one', async () => {
    await upload('name=orders&file=a.csv', text('a\n1\n'))
    await upload('name=orders&file=b.csv', text('a\n2\n'))
    await upload('name=gone&file=c.csv', text('a\n3\n'))
    await platform.call('DELETE', '/v1/datasources/gone', { headers: { 'if-match': '*' } })
    const day = 86_400_000
    expect(await sweepUploads(platform.world, { olderThanMs: day })).toEqual({ deleted: 0 })
    expect(await sweepUploads(platform.world, { olderThanMs: day, now: Date.now() + 2 * day })).toEqual({ deleted: 2 })
    expect(await kept()).toMatchObject([expect.stringMatching(/^uploaded\/orders\/\w+\/b\.csv$/)])
    const { id } = (await platform.call('POST', '/v1/datasources/orders/snapshots')).json
    await Promise.all(taking.splice(0))
    expect((await platform.call('GET', `/v1/snapshots/${id}`)).json).toMatchObject({ state: 'done', version: 3 })
  })
})
