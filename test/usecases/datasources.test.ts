import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Fault } from '../../shared/domain/faults.ts'
import { type LabPlatform, labPlatform } from './lab-platform.ts'

let platform: LabPlatform

beforeEach(async () => {
  platform = await labPlatform()
})
afterEach(() => platform.dispose())

const named = { params: { name: 'numbers' } }
const anyVersion = { headers: { 'if-match': '*' } }

describe('creating a datasource', () => {
  it('P08 keeps what was said and copies nothing', async () => {
    const made = await platform.define({ title: 'Numbers' })
    expect(made).toMatchObject({ status: 201, headers: { location: '/v1/datasources/numbers', etag: '"1"' } })
    expect(made.body).toMatchObject({
      name: 'numbers',
      title: 'Numbers',
      connector: 'lab',
      kind: 'lab',
      selection: { table: 'numbers' },
      format: 'parquet',
      createdBy: 'ada',
    })
    expect(made.body.uid).toMatch(/^dat_/)
    expect(platform.lab.opened).toBe(0)
  })

  it('P08 wants the fields of its kind and says where they are wrong', async () => {
    const { status, body } = await platform.define({ selection: { tabel: 'numbers' } })
    expect([status, body.code]).toEqual([400, 'invalid-request'])
    expect(body.errors.map(({ pointer }: { pointer: string }) => pointer)).toContain('/body/selection/table')
  })

  it.each([
    [{ strategy: { kind: 'objects' } }, '/body/strategy'],
    [{ strategy: { kind: 'incremental', mode: 'append', deletes: true } }, '/body/strategy'],
    [{ strategy: { kind: 'incremental', mode: 'append', key: ['number'] } }, '/body/strategy'],
    [{ compression: 'gzip' }, '/body/compression'],
  ])('refuses %j, which cannot be done, before anything is saved', async (more, pointer) => {
    const { status, body } = await platform.define(more)
    expect([status, body.code]).toEqual([400, 'invalid-request'])
    expect(body.errors[0].pointer).toMatch(new RegExp(`^${pointer}`))
    expect((await platform.call('getDatasource', named)).status).toBe(404)
  })

  it('keeps an incremental strategy with what it did not say', async () => {
    const { body } = await platform.define({ strategy: { kind: 'incremental', mode: 'merge', column: 'number' } })
    const strategy = { kind: 'incremental', mode: 'merge', column: 'number', deletes: false, fullEvery: 100 }
    expect(body.strategy).toEqual(strategy)
  })

  it('of a missing connector is refused, with the place', async () => {
    const { status, body } = await platform.define({ connector: 'nowhere' })
    expect(status).toBe(400)
    expect(body.errors).toEqual([{ pointer: '/body/connector', detail: 'There is no connector "nowhere".' }])
  })

  it('twice under one name is a conflict; again with one Idempotency-Key it is the same', async () => {
    const request = {
      headers: { 'idempotency-key': 'k1' },
      body: { name: 'numbers', connector: 'con_lab', selection: { table: 'numbers' } },
    }
    const first = await platform.call('createDatasource', request)
    expect((await platform.call('createDatasource', request)).body).toEqual(first.body)
    expect((await platform.define()).status).toBe(409)
  })

  it('is for editors', async () => {
    const body = { name: 'numbers', connector: 'lab', selection: { table: 'numbers' } }
    expect((await platform.call('createDatasource', { body }, 'viewer')).status).toBe(403)
    expect((await platform.call('createDatasource', { body }, 'editor')).status).toBe(201)
  })
})

describe('P11 a datasource', () => {
  it('is found by its name and its uid exactly as it was created, and listed', async () => {
    const { body } = await platform.define()
    expect((await platform.call('getDatasource', named)).body).toEqual(body)
    expect((await platform.call('getDatasource', { params: { name: body.uid } })).body).toEqual(body)
    expect((await platform.call('listDatasources')).body).toEqual({ items: [body], next: null })
    expect((await platform.call('listDatasources', { query: { connector: 'other-lab' } })).body.items).toEqual([])
    expect((await platform.call('getDatasource', { params: { name: 'none' } })).body.code).toBe('not-found')
  })

  it('changes for who has read it last', async () => {
    await platform.define()
    const change = (etag: string) =>
      platform.call('updateDatasource', { ...named, headers: { 'if-match': etag }, body: { format: 'csv' } })
    expect(await change('"1"')).toMatchObject({ status: 200, headers: { etag: '"2"' }, body: { format: 'csv' } })
    expect((await change('"1"')).status).toBe(412)
    expect((await platform.call('updateDatasource', { ...named, body: {} })).status).toBe(428)
    const renamed = await platform.call('updateDatasource', { ...named, ...anyVersion, body: { name: 'other' } })
    expect(renamed.body.errors[0].pointer).toBe('/body/name')
    const spoiled = await platform.call('updateDatasource', { ...named, ...anyVersion, body: { selection: {} } })
    expect(spoiled.body.errors[0].pointer).toBe('/body/selection/table')
  })

  it('is deleted once; the name is free again', async () => {
    await platform.define()
    expect((await platform.call('deleteDatasource', { ...named, ...anyVersion })).status).toBe(204)
    expect((await platform.call('deleteDatasource', { ...named, ...anyVersion })).status).toBe(404)
    expect((await platform.define()).status).toBe(201)
  })
})

it('A01 a connector that datasources use is not deleted, also after one has moved to it', async () => {
  const remove = (name: string) => platform.call('deleteConnector', { params: { name }, ...anyVersion })
  await platform.define()
  expect(await remove('lab')).toMatchObject({ status: 409, body: { hint: 'Delete them first: numbers.' } })
  await platform.call('updateDatasource', { ...named, ...anyVersion, body: { connector: 'other-lab' } })
  expect((await remove('other-lab')).status).toBe(409)
  expect((await remove('lab')).status).toBe(204)
  await platform.call('deleteDatasource', { ...named, ...anyVersion })
  expect((await remove('other-lab')).status).toBe(204)
})

describe('P10 checking a datasource', () => {
  const check = async () => (await platform.call('checkDatasource', named)).body

  it('that can be read tells its columns', async () => {
    await platform.define()
    expect(await check()).toMatchObject({
      ok: true,
      status: 'VALID_CONNECTION',
      stages: [{ name: 'login' }, { name: 'sample', ok: true, detail: '2 columns; the first rows can be read.' }],
      columns: [{ name: 'number', type: 'int64', nativeType: 'bigint', nullable: false }, { name: 'text' }],
    })
    expect(platform.lab.closed).toBe(platform.lab.opened)
  })

  it('fails where the table is not there though the connector works', async () => {
    await platform.define({ selection: { table: 'nothing' } })
    expect(await check()).toMatchObject({
      ok: false,
      status: 'VALID_CONNECTION',
      stages: [{ ok: true }, { name: 'sample', ok: false, detail: 'There is no table nothing.' }],
      columns: null,
    })
  })

  it('that hangs fails in time', async () => {
    await platform.define()
    platform.lab.beforeBatch = (_batch, signal) =>
      new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason)))
    const { body } = await platform.call('checkDatasource', { ...named, body: { timeoutMs: 100 } })
    expect(body.stages.at(-1)).toMatchObject({ ok: false, detail: 'No rows came in time.' })
  })

  it('of files says whether there are any', async () => {
    platform.lab.files = [{ path: 'a', text: 'b' }]
    await platform.define()
    expect(await check()).toMatchObject({ ok: true, columns: null })
  })
})

describe('previewing a datasource', () => {
  it('reads the first rows of what a snapshot would copy', async () => {
    await platform.define()
    const preview = await platform.call('previewDatasource', { ...named, query: { limit: '5' } })
    expect(preview.body.rows).toEqual([
      ['0', null],
      ['1', 'text 1'],
      ['2', 'text 2'],
      ['3', 'text 3'],
      ['4', 'text 4'],
    ])
    expect(preview.body.columns[0]).toEqual({ name: 'number', type: 'int64', nativeType: 'bigint', nullable: false })
    const csv = await platform.call('previewDatasource', { ...named, query: { limit: '1', format: 'csv' } })
    expect(csv.text).toContain('number,text')
    expect(platform.lab.closed).toBe(platform.lab.opened)
  })

  it('tells what the source says', async () => {
    await platform.define()
    platform.lab.beforeBatch = async () => {
      throw new Fault('source-refused', 'Not you.')
    }
    expect(await platform.call('previewDatasource', named)).toMatchObject({ status: 502, body: { detail: 'Not you.' } })
    expect(platform.lab.closed).toBe(platform.lab.opened)
  })

  it.each(['0', '-1', '1e9', 'ten'])('refuses a limit of %s', async (limit) => {
    await platform.define()
    expect((await platform.call('previewDatasource', { ...named, query: { limit } })).status).toBe(400)
  })
})
