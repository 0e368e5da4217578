import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { applyRetention } from '../../shared/snapshots/apply-retention.ts'
import { labSchema } from '../snapshots/lab-source.ts'
import { type LabPlatform, labPlatform } from './lab-platform.ts'

let platform: LabPlatform

beforeEach(async () => {
  platform = await labPlatform()
  await platform.define()
})
afterEach(() => platform.dispose())

const named = { params: { name: 'numbers' } }
const version = (number: number) => ({ params: { name: 'numbers', version: String(number) } })

describe('the columns of two versions', () => {
  const diff = async (number: number, query: Record<string, string> = {}) =>
    (await platform.call('diffVersions', { ...version(number), query }, 'viewer')).body

  it('are compared, with the version before or any other', async () => {
    await platform.take()
    await platform.take()
    platform.lab.schema = [{ ...labSchema[0]!, native: 'int8', nullable: true }, labSchema[1]!]
    await platform.take()
    expect(await diff(1)).toMatchObject({ from: null, to: 1, same: false })
    expect(await diff(2)).toEqual({ from: 1, to: 2, same: true, shape: { from: 'rows', to: 'rows' }, changes: [] })
    const changes = [
      {
        change: 'type',
        column: 'number',
        from: { type: 'int64', nativeType: 'bigint' },
        to: { type: 'int64', nativeType: 'int8' },
      },
      { change: 'nullable', column: 'number', from: false, to: true },
    ]
    expect(await diff(3)).toMatchObject({ from: 2, to: 3, same: false, changes })
    expect(await diff(3, { with: '1' })).toMatchObject({ from: 1, to: 3, changes })
    expect(await diff(1, { with: '3' })).toMatchObject({ from: 3, to: 1, changes: [{ to: changes[0]!.from }, {}] })
    await platform.call('deleteVersion', version(2))
    expect(await diff(3)).toMatchObject({ from: 1 })
    expect(await diff(3, { with: '2' })).toMatchObject({ code: 'not-found' })
  })

  it('are none of files: that is told by the shape', async () => {
    await platform.take()
    platform.lab.files = [{ path: 'a', text: 'a' }]
    await platform.take()
    expect(await diff(2)).toMatchObject({ same: false, shape: { from: 'rows', to: 'files' } })
  })
})

describe('the statistics of a version', () => {
  const count = async (query: Record<string, string> = {}) =>
    (await platform.call('countDataset', { ...named, query }, 'viewer')).body

  it('are counted over all its rows, or those that are let through', async () => {
    platform.lab.numbers = Array.from({ length: 2100 }, (_, i) => i)
    platform.lab.batchRows = 500
    await platform.take()
    const all = await count()
    expect(all).toMatchObject({
      version: 1,
      rows: 2100,
      columns: [
        { name: 'number', type: 'int64', nulls: 0, min: '0', max: '2099', others: 0 },
        { name: 'text', nulls: 300, others: 1800 },
      ],
    })
    expect(all.columns[0].bars[1]).toEqual({ from: '200', to: '400', count: 200 })
    const some = await count({ where: '["number","ge",2000]', select: 'number' })
    expect(some).toMatchObject({ rows: 100, columns: [{ name: 'number', min: '2000', max: '2099' }] })
    expect(some.columns[0].bars.reduce((sum: number, bar: { count: number }) => sum + bar.count, 0)).toBe(100)
  })

  it('are those of the version that is asked for, and none of files', async () => {
    await platform.take()
    platform.lab.numbers = [1]
    await platform.take()
    expect(await count({ version: '1' })).toMatchObject({ version: 1, rows: 10 })
    expect(await count()).toMatchObject({ version: 2, rows: 1, columns: [{ bars: [{ value: '1', count: 1 }] }, {}] })
    expect(await count({ version: '9' })).toMatchObject({ code: 'not-found' })
    expect(await count({ where: '["nothing","eq",1]' })).toMatchObject({ code: 'invalid-request' })
    platform.lab.files = [{ path: 'a', text: 'a' }]
    await platform.take()
    expect(await count()).toMatchObject({ code: 'not-offered' })
  })
})

describe('rows of several versions', () => {
  const read = (query: Record<string, string>) => platform.call('readDataset', { ...named, query }, 'viewer')

  it('have the columns that any of them has, and the number of the version', async () => {
    platform.lab.numbers = [1, 2]
    await platform.take()
    platform.lab.schema = [labSchema[0]!, { ...labSchema[1]!, name: 'said' }]
    platform.lab.numbers = [7, 8]
    await platform.take()
    const { body } = await read({ versions: '1..9' })
    expect(body.columns.map(({ name, nullable }: { name: string; nullable: boolean }) => [name, nullable])).toEqual([
      ['_version', false],
      ['number', false],
      ['said', true],
      ['text', true],
    ])
    expect(body.rows).toEqual([
      [1, '1', null, 'text 1'],
      [1, '2', null, 'text 2'],
      [2, '7', null, null],
      [2, '8', 'text 8', null],
    ])
    expect((await read({ versions: '2..2', select: 'said,_version' })).body.rows).toEqual([
      [null, 2],
      ['text 8', 2],
    ])
    expect((await read({ versions: '1..2', where: '["text","is-null"]' })).body.rows).toHaveLength(2)
    const pages = []
    for (let cursor: string | null = ''; cursor !== null; ) {
      const page: { rows: unknown[]; next: string | null } = (
        await read({ versions: '1..2', limit: '3', ...(cursor && { cursor }) })
      ).body
      pages.push(page.rows.length)
      cursor = page.next
    }
    expect(pages).toEqual([3, 1])
  })

  it('are told apart where a column has types that have nothing in common', async () => {
    await platform.take()
    platform.lab.schema = [labSchema[0]!, { ...labSchema[1]!, type: { is: 'json' } }]
    await platform.take()
    expect(await read({ versions: '1..2' })).toMatchObject({ status: 409, body: { code: 'columns-changed' } })
    expect((await read({ versions: '1..2', select: 'number' })).status).toBe(200)
    expect((await read({ versions: '5..6' })).status).toBe(404)
    expect((await read({ versions: '1..2', version: '1' })).status).toBe(400)
    expect((await read({ versions: '0..2' })).status).toBe(400)
  })
})

describe('a pinned version', () => {
  const pin = (body: object) => platform.call('pinVersion', { ...named, body })

  it('is listed so and not deleted, until it is unpinned', async () => {
    await platform.take()
    expect(await pin({ version: 1 })).toMatchObject({ status: 200, body: { version: 1, pinned: true } })
    expect(await pin({ version: 1 })).toMatchObject({ status: 200, body: { pinned: true } })
    expect((await platform.call('listVersions', named)).body.items).toMatchObject([{ pinned: true }])
    expect((await platform.call('deleteVersion', version(1))).body).toMatchObject({ code: 'conflict' })
    expect((await pin({ version: 1, pinned: false })).body.pinned).toBe(false)
    expect((await platform.call('deleteVersion', version(1))).status).toBe(204)
    expect((await pin({ version: 1 })).status).toBe(404)
  })

  it('goes with its dataset', async () => {
    await platform.take()
    await pin({ version: 1 })
    const whole = { ...named, headers: { 'if-match': '*' } }
    expect((await platform.call('deleteDataset', whole)).status).toBe(204)
  })
})

describe('retention', () => {
  const preview = async (query: Record<string, string> = {}) =>
    (await platform.call('previewRetention', { ...named, query }, 'viewer')).body
  const change = (body: object) => platform.call('updateDatasource', { ...named, body, headers: { 'if-match': '*' } })
  const listed = async () =>
    (await platform.call('listVersions', named)).body.items.map(
      ({ version, expires }: { version: number; expires: string | null }) => [version, expires === null],
    )
  const hourMs = 60 * 60 * 1000
  const later = (hours: number) => applyRetention(platform.world, { now: Date.now() + hours * hourMs })

  beforeEach(async () => {
    for (let n = 0; n < 4; n++) await platform.take()
  })

  it('is told before it is done: a preview changes nothing', async () => {
    expect(await preview()).toMatchObject({ retention: null, goes: [], bytes: 0 })
    const told = await preview({ keepLast: '2' })
    expect(told.stays).toEqual([
      { version: 4, because: 'read' },
      { version: 3, because: 'last' },
    ])
    expect(told.goes.map(({ version }: { version: number }) => version)).toEqual([2, 1])
    expect(told.bytes).toBe(told.goes.reduce((sum: number, { bytes }: { bytes: number }) => sum + bytes, 0))
    expect((await preview({ keepDays: '1' })).goes).toEqual([])
    expect(await listed()).toEqual([4, 3, 2, 1].map((version) => [version, true]))
    expect((await change({ retention: {} })).status).toBe(400)
  })

  it('lets versions go in two phases: marked, read for a day more, then gone', async () => {
    await change({ retention: { keepLast: 2 } })
    expect(await later(0)).toEqual({ marked: 2, spared: 0, deleted: 0 })
    expect(await listed()).toEqual([
      [4, true],
      [3, true],
      [2, false],
      [1, false],
    ])
    expect((await platform.call('getVersion', version(1))).status).toBe(200)
    expect(await later(23)).toEqual({ marked: 0, spared: 0, deleted: 0 })
    expect(await later(24.5)).toEqual({ marked: 0, spared: 0, deleted: 0 })
    expect(await later(25.5)).toEqual({ marked: 0, spared: 0, deleted: 2 })
    expect(await listed()).toEqual([
      [4, true],
      [3, true],
    ])
    const kept = (await platform.world.objects.list('', { limit: 100 })).objects
    expect(kept).toHaveLength(4)
  })

  it('gives nobody a version that is about to be deleted, and pinning brings it back', async () => {
    await change({ retention: { keepLast: 1 } })
    await later(-25)
    expect(await listed()).toEqual([
      [4, true],
      [3, false],
      [2, false],
      [1, false],
    ])
    const refused = await platform.call('readDataset', { ...named, query: { version: '3' } })
    expect(refused.body).toMatchObject({ code: 'not-found', hint: expect.stringContaining('Pin') })
    await platform.call('pinVersion', { ...named, body: { version: 3 } })
    expect((await platform.call('readDataset', { ...named, query: { version: '3' } })).status).toBe(200)
    await platform.call('rollBackDataset', { ...named, body: { version: 2 } })
    expect(await later(2)).toMatchObject({ deleted: 1 })
    expect(await listed()).toEqual([
      [4, true],
      [3, true],
      [2, true],
    ])
  })

  it('spares what it marked once the policy keeps it, and keeps everything without a datasource', async () => {
    await change({ retention: { keepLast: 1 } })
    await later(0)
    await change({ retention: null })
    expect(await later(100)).toEqual({ marked: 0, spared: 3, deleted: 0 })
    await change({ retention: { keepLast: 1 } })
    await platform.call('deleteDatasource', { ...named, headers: { 'if-match': '*' } })
    expect(await later(0)).toEqual({ marked: 0, spared: 0, deleted: 0 })
  })

  it('by days keeps the young ones, and always the newest and the one that is read', async () => {
    await change({ retention: { keepDays: 1 } })
    expect(await later(23)).toMatchObject({ marked: 0 })
    await platform.call('rollBackDataset', { ...named, body: { version: 2 } })
    expect(await later(24.1)).toMatchObject({ marked: 2 })
    expect(await later(24.1 + 25.1)).toMatchObject({ deleted: 2 })
    expect(await listed()).toEqual([
      [4, true],
      [2, true],
    ])
  })

  it('does not let go what becomes the one that is read by a deletion', async () => {
    await change({ retention: { keepLast: 1 } })
    await later(-25)
    await platform.call('deleteVersion', version(4))
    expect(await listed()).toEqual([
      [3, true],
      [2, false],
      [1, false],
    ])
    expect((await platform.call('readDataset', named)).status).toBe(200)
  })
})

describe('columns that change', () => {
  const change = (body: object) => platform.call('updateDatasource', { ...named, body, headers: { 'if-match': '*' } })
  const takeOne = async (body?: object) => {
    const { id } = (await platform.call('createSnapshot', { ...named, ...(body && { body }) })).body
    await platform.idle()
    return (await platform.call('getSnapshot', { params: { id } })).body
  }
  const drifted = () => {
    platform.lab.schema = [{ ...labSchema[0]!, name: 'count' }, labSchema[1]!]
  }

  it('are published where they may evolve, and told', async () => {
    expect((await takeOne()).drift).toBeNull()
    expect((await takeOne()).drift).toBeNull()
    drifted()
    expect(await takeOne()).toMatchObject({
      state: 'done',
      version: 3,
      drift: [
        { change: 'dropped', column: 'number' },
        { change: 'added', column: 'count' },
      ],
    })
    expect((await platform.call('getVersion', version(1))).body.columns[0].name).toBe('number')
  })

  it('fail where they are frozen, and the version before stays, until somebody accepts them', async () => {
    await change({ drift: 'freeze' })
    await takeOne()
    drifted()
    expect(await takeOne()).toMatchObject({
      state: 'failed',
      version: null,
      error: { code: 'columns-changed', detail: 'numbers is not as it was: "number" (dropped), "count" (added).' },
      drift: [{ change: 'dropped' }, { change: 'added' }],
    })
    expect((await platform.call('getDataset', named)).body).toMatchObject({ latest: 1 })
    expect((await platform.call('getDatasource', named)).body.paused).toBe(false)
    expect(await takeOne({ acceptDrift: true })).toMatchObject({ state: 'done', version: 2, drift: [{}, {}] })
    expect(await takeOne()).toMatchObject({ state: 'done', version: 3, drift: null })
    platform.lab.files = [{ path: 'a', text: 'a' }]
    expect(await takeOne()).toMatchObject({ error: { detail: 'numbers is not as it was: it has files, not rows.' } })
  })

  it('A17 pause the datasource where it says so', async () => {
    await change({ drift: 'pause' })
    await takeOne()
    drifted()
    expect(await takeOne()).toMatchObject({ state: 'failed', error: { code: 'columns-changed' } })
    expect((await platform.call('getDatasource', named)).body.paused).toBe(true)
    expect((await change({ paused: false })).body.paused).toBe(false)
  })
})

describe('what has not changed', () => {
  const change = (body: object) => platform.call('updateDatasource', { ...named, body, headers: { 'if-match': '*' } })
  const takeOne = async () => (await platform.call('getSnapshot', { params: { id: await platform.take() } })).body
  const keys = async () => (await platform.world.objects.list('', { limit: 100 })).objects.map(({ key }) => key)

  beforeEach(async () => {
    platform.lab.fingerprint = () => platform.lab.numbers.join()
    await change({ skipUnchanged: true })
    expect(await takeOne()).toMatchObject({ state: 'done', version: 1 })
  })

  it('A16 is skipped: nothing is read and nothing written', async () => {
    const [before, { extracted }] = [await keys(), platform.lab]
    expect(await takeOne()).toMatchObject({
      state: 'skipped',
      phase: 'ended',
      version: null,
      percent: 100,
      error: null,
    })
    expect(await keys()).toEqual(before)
    expect(platform.lab.extracted).toBe(extracted)
    platform.lab.numbers.push(10)
    expect(await takeOne()).toMatchObject({ state: 'done', version: 2 })
    expect(await takeOne()).toMatchObject({ state: 'skipped' })
  })

  it('is copied where the datasource does not ask, or its kind cannot tell', async () => {
    await change({ skipUnchanged: false })
    expect((await takeOne()).state).toBe('done')
    await change({ skipUnchanged: true })
    platform.lab.fingerprint = () => null
    expect((await takeOne()).state).toBe('done')
  })

  it('A13 A23 is copied where the selection, the format or the connector is another, or another version is read', async () => {
    await change({ format: 'csv' })
    expect((await takeOne()).state).toBe('done')
    platform.lab.config = { host: 'another' }
    expect((await takeOne()).state).toBe('done')
    expect((await takeOne()).state).toBe('skipped')
    await platform.call('rollBackDataset', { ...named, body: { version: 1 } })
    expect((await takeOne()).state).toBe('done')
    await platform.call('deleteDataset', { ...named, headers: { 'if-match': '*' } })
    expect((await takeOne()).state).toBe('done')
  })

  it('is not taken for unchanged after it changed while it was copied', async () => {
    platform.lab.numbers.push(10)
    platform.lab.beforeBatch = async (batch) => {
      if (batch === 1) platform.lab.numbers = [1, 2, 3]
    }
    expect((await takeOne()).state).toBe('done')
    platform.lab.beforeBatch = async () => {}
    platform.lab.numbers = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10]
    expect((await takeOne()).state).toBe('done')
    expect((await takeOne()).state).toBe('skipped')
  })
})
