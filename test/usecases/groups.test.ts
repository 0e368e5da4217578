import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { limitWorld } from '../../shared/api/limit-world.ts'
import { Name } from '../../shared/domain/connector.ts'
import type { WholeWorld } from '../../shared/ports/index.ts'
import { connectors } from '../../shared/ports/records.ts'
import { getGroup } from '../../shared/usecases/get-group.ts'
import { gate } from '../snapshots/lab-world.ts'
import { type LabPlatform, labPlatform } from './lab-platform.ts'

let platform: LabPlatform

beforeEach(async () => {
  platform = await labPlatform()
  for (const name of ['numbers', 'others', 'thirds']) await platform.define({ name })
})
afterEach(() => platform.dispose())

const together = (...datasources: string[]) => ({ body: { datasources } })
const of = (id: string) => ({ params: { id } })
const named = (name: string) => ({ params: { name } })

describe('a group', () => {
  it('is asked for, is watched, and becomes versions that name it', async () => {
    const hold = gate()
    platform.lab.beforeBatch = () => hold.opened
    const asked = await platform.call('createGroup', together('others', 'numbers'), 'editor')
    expect(asked).toMatchObject({ status: 202, body: { connector: 'lab', state: 'pending', requestedBy: 'ada' } })
    const { id, snapshots } = asked.body
    expect(asked.headers.location).toBe(`/v1/groups/${id}`)
    expect(snapshots.map(({ datasource }: { datasource: string }) => datasource)).toEqual(['others', 'numbers'])
    expect(snapshots).toMatchObject([{ group: id }, { group: id }])
    const ids = snapshots.map((each: { id: string }) => each.id)
    expect((await platform.call('getSnapshot', of(ids[1]))).body.group).toBe(id)
    hold.open()
    await platform.idle()
    const ended = (await platform.call('getGroup', of(id), 'viewer')).body
    expect(ended).toMatchObject({
      id,
      state: 'done',
      snapshots: [
        { version: 1, rows: 10 },
        { version: 1, rows: 10 },
      ],
    })
    for (const name of ['numbers', 'others']) {
      const { group, consistency, published } = (
        await platform.call('getVersion', { params: { name, version: '1' } }, 'viewer')
      ).body
      expect([group.id, group.snapshots, consistency]).toEqual([id, ids, 'snapshot'])
      expect(Date.parse(group.moment)).toBeLessThanOrEqual(Date.parse(published))
      expect((await platform.call('listVersions', named(name), 'viewer')).body.items).toMatchObject([{ group: id }])
    }
    const { items } = (await platform.call('listRuns')).body
    expect(items.map((each: { group: string }) => each.group)).toEqual([id, id])
  })

  it('is all of one moment, whether or not something changed since', async () => {
    await platform.call('updateDatasource', {
      ...named('numbers'),
      headers: { 'if-match': '*' },
      body: { skipUnchanged: true },
    })
    platform.lab.fingerprint = () => String(platform.lab.numbers.length)
    for (let version = 1; version <= 2; version++) {
      const { id } = (await platform.call('createGroup', together('numbers', 'others'))).body
      await platform.idle()
      expect((await platform.call('getGroup', of(id))).body.snapshots).toMatchObject([{ version }, { version }])
    }
    // what it leaves is known by its fingerprint
    await platform.take()
    const { items } = (await platform.call('listSnapshots', named('numbers'))).body
    expect(items[0]).toMatchObject({ state: 'skipped', because: 'unchanged', group: null })
  })

  it('with one Idempotency-Key is one', async () => {
    const request = { ...together('numbers', 'others'), headers: { 'idempotency-key': 'once' } }
    const first = await platform.call('createGroup', request)
    expect((await platform.call('createGroup', request)).body.id).toBe(first.body.id)
    await platform.idle()
    expect((await platform.call('listSnapshots', named('numbers'))).body.items).toHaveLength(1)
  })

  it('is cancelled as a whole, by any of its snapshots', async () => {
    platform.lab.beforeBatch = (_batch, signal) =>
      new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason)))
    const { id, snapshots } = (await platform.call('createGroup', together('numbers', 'others'))).body
    await expect.poll(async () => (await platform.call('getGroup', of(id))).body.snapshots[1].phase).toBe('extracting')
    expect((await platform.call('cancelSnapshot', of(snapshots[1].id))).status).toBe(202)
    await platform.idle()
    const states = (await platform.call('getGroup', of(id))).body.snapshots
    expect(states).toMatchObject([{ state: 'cancelled' }, { state: 'cancelled' }])
    expect(platform.lab.closed).toBe(platform.lab.opened)
  })

  it('of which one fails becomes no version, and all say which one it was', async () => {
    platform.lab.schema = platform.lab.schema.map((field) => ({ ...field, name: `${field.name}s` }))
    await platform.take()
    platform.lab.schema = platform.lab.schema.map((field) => ({ ...field, name: field.name.slice(0, -1) }))
    await platform.call('updateDatasource', {
      ...named('numbers'),
      headers: { 'if-match': '*' },
      body: { drift: 'pause' },
    })
    const { id } = (await platform.call('createGroup', together('others', 'numbers'))).body
    await platform.idle()
    const group = (await platform.call('getGroup', of(id))).body
    const error = { code: 'columns-changed', detail: expect.stringContaining('numbers is not as it was') }
    expect(group).toMatchObject({
      state: 'failed',
      snapshots: [
        { error, version: null },
        { error, version: null },
      ],
    })
    expect((await platform.call('getDataset', named('others'))).status).toBe(404)
    expect((await platform.call('getDatasource', named('numbers'))).body.paused).toBe(true)
    expect((await platform.call('getDatasource', named('others'))).body.paused).toBe(false)
    const accepted = { body: { datasources: ['others', 'numbers'], acceptDrift: true } }
    const again = (await platform.call('createGroup', accepted)).body
    await platform.idle()
    expect((await platform.call('getGroup', of(again.id))).body.state).toBe('done')
  })

  it('of sixteen is published by one write, whatever is told of each', async () => {
    const names = Array.from({ length: 16 }, (_, i) => `table-${i}`)
    await Promise.all(names.map((name) => platform.define({ name })))
    for (let version = 1; version <= 2; version++) {
      const { id } = (await platform.call('createGroup', together(...names))).body
      await platform.idle()
      const { state, snapshots } = (await platform.call('getGroup', of(id))).body
      expect([state, new Set(snapshots.map((each: { version: number }) => each.version))]).toEqual([
        'done',
        new Set([version]),
      ])
      platform.lab.schema = platform.lab.schema.map((field) => ({ ...field, name: `${field.name}s` }))
    }
  })

  it('is taken though there are more groups at once than connections', async () => {
    platform.pace.patienceMs = 10_000
    const begun = await Promise.all(
      Array.from({ length: 5 }, () => platform.call('createGroup', together('numbers', 'others'))),
    )
    await platform.idle()
    for (const { body } of begun) {
      const { state, snapshots } = (await platform.call('getGroup', of(body.id))).body
      expect([state, snapshots[0].error]).toEqual(['done', null])
    }
  })

  it('that cannot be started has failed', async () => {
    Object.assign(platform.world.runs, { start: () => Promise.reject(new Error('no workers')) })
    expect((await platform.call('createGroup', together('numbers', 'others'))).status).toBe(500)
    for (const name of ['numbers', 'others'])
      expect((await platform.call('listSnapshots', named(name))).body.items).toMatchObject([{ state: 'failed' }])
  })

  it('is not there for a token that is good for other connectors', async () => {
    const { id } = (await platform.call('createGroup', together('numbers', 'others'))).body
    const limited = (connector: string) => limitWorld(platform.world as unknown as WholeWorld, [connector])
    const input = { id, caller: { id: 'ada', role: 'admin' as const }, signal: new AbortController().signal }
    const call = { ...input, requestId: 'r-1', accept: undefined, expected: undefined }
    expect((await getGroup(limited('lab'), call)).body).toMatchObject({ id })
    await expect(getGroup(limited('other-lab'), call)).rejects.toMatchObject({ code: 'not-found' })
  })
})

describe('what cannot be taken as of one moment is refused before anything is begun', () => {
  const incremental = { kind: 'incremental', mode: 'append' }
  const refused = async (datasources: readonly string[], code: string, detail: string) => {
    const { body } = await platform.call('createGroup', together(...datasources))
    expect(body).toMatchObject({ code, detail: expect.stringContaining(detail) })
    expect((await platform.call('listRuns')).body.items).toEqual([])
    return body
  }

  it('datasources of several connectors', async () => {
    await platform.define({ name: 'elsewhere', connector: 'other-lab' })
    const { errors, hint } = await refused(['numbers', 'elsewhere'], 'not-offered', 'other-lab, not of lab')
    expect([errors[0].pointer, hint]).toEqual(['/body/datasources/1', 'Take a group of each connector.'])
  })

  it('strategies that go on from the version before', async () => {
    await platform.define({ name: 'growing', strategy: incremental })
    const { hint } = await refused(['numbers', 'growing'], 'not-offered', 'growing goes on')
    expect(hint).toContain('"full"')
  })

  it('a kind without views', async () => {
    Object.assign(platform.world.sources.get('lab'), { views: undefined })
    await refused(['numbers', 'others'], 'not-offered', 'shows no moment')
  })

  it('a connector that may have but one connection', async () => {
    const { value, revision } = (await platform.world.catalog.get(connectors, Name.parse('lab')))!
    await platform.world.catalog.write([{ replace: connectors, id: 'lab', value: { ...value, budget: 1 }, revision }])
    expect((await refused(['numbers', 'others'], 'not-offered', 'one connection')).hint).toContain('budget')
  })

  it('one datasource twice, one alone, too many, and one that is not there', async () => {
    const { uid } = (await platform.call('getDatasource', named('numbers'))).body
    await refused(['numbers', uid], 'invalid-request', 'numbers is named twice')
    await refused(['numbers'], 'invalid-request', '')
    await refused(
      Array.from({ length: 17 }, (_, i) => `table-${i}`),
      'invalid-request',
      '',
    )
    await refused(['numbers', 'none'], 'not-found', 'none')
  })
})
