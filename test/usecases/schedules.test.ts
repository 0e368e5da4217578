import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { limitWorld } from '../../shared/api/limit-world.ts'
import { Name } from '../../shared/domain/connector.ts'
import { datasources } from '../../shared/ports/dataset-records.ts'
import type { WholeWorld } from '../../shared/ports/index.ts'
import { scheduleCounts, scheduleStates, schedules } from '../../shared/ports/schedule-records.ts'
import { wakeSchedule } from '../../shared/schedules/wake-schedule.ts'
import { mostSchedules } from '../../shared/usecases/count-schedules.ts'
import { putSchedule } from '../../shared/usecases/put-schedule.ts'
import { type LabPlatform, labPlatform } from './lab-platform.ts'

let platform: LabPlatform

beforeEach(async () => {
  platform = await labPlatform()
  await platform.define()
})
afterEach(() => platform.dispose())

const named = { params: { name: 'numbers' } }
const put = (body: object, headers: Record<string, string> = {}) =>
  platform.call('putSchedule', { ...named, body, headers }, 'editor')
const at = () => platform.world.schedules.at

describe('P21 a schedule', () => {
  it('is put, told in words with its next five times, and has itself woken', async () => {
    const said = await put({ cron: '30 2 * * *', timeZone: 'Europe/Berlin' })
    expect(said).toMatchObject({
      status: 200,
      headers: { etag: '"1"' },
      body: {
        datasource: 'numbers',
        catchUp: 'last',
        overlap: 'skip',
        paused: false,
        words: 'At 02:30, Europe/Berlin.',
      },
    })
    expect(said.body.next).toHaveLength(5)
    for (const time of said.body.next) expect(time).toMatch(/T(02:30|03:00):00\+0[12]:00$/)
    expect(said.body.warnings.join(' ')).toContain('clocks of Europe/Berlin')
    expect(at().get('numbers')).toBe(Date.parse(said.body.next[0]))
    expect((await platform.call('getSchedule', named, 'editor')).body).toEqual(said.body)
  })

  it.each([
    [{ every: '15m' }, /^Every 15 minutes, counted from /],
    [{ every: 'hourly' }, /^Every hour, counted from /],
    [{ every: '6h' }, /^Every 6 hours, counted from /],
    [{ every: 'daily' }, /^Every day at \d\d:\d\d, UTC\.$/],
    [{ every: 'weekly' }, /^Every week on \w+day at \d\d:\d\d, UTC\.$/],
    [{ at: '2099-01-01T12:00' }, /^Once, at 2099-01-01 12:00 UTC\.$/],
    [{ cron: '0 9 ? * MON-FRI' }, /^At 09:00, Monday through Friday, UTC\.$/],
    [{ cron: '0 0 L * *' }, /^At 00:00, on the last day of the month, UTC\.$/],
  ])('A16 knows %j', async (times, words) => {
    const said = await put(times)
    expect(said.status, said.text).toBe(200)
    expect(said.body.words).toMatch(words)
  })

  it.each([
    [{}, '/body', 'has none'],
    [{ every: '1h', cron: '0 0 * * *' }, '/body', 'every and cron'],
    [{ every: '4m' }, '/body/every', 'more often than every 5 minutes'],
    [{ every: '15' }, '/body/every', 'like 15m'],
    [{ cron: '* * * * *' }, '/body/cron', 'more often'],
    [{ cron: '0,1 3 * * *' }, '/body/cron', 'more often'],
    [{ cron: '0 0 * * 1' }, '/body/cron', 'no name'],
    [{ cron: '0 0 * * MON#6' }, '/body/cron', 'no name'],
    [{ cron: '0 0 1 * MON' }, '/body/cron', 'both'],
    [{ cron: '0 0 0 1 * *' }, '/body/cron', '6 fields'],
    [{ cron: '0 25 * * *' }, '/body/cron', ''],
    [{ cron: '0 0 30 2 *' }, '/body/cron', 'never comes'],
    [{ cron: '@daily' }, '/body/cron', ''],
    [{ cron: '0 0 ; * *' }, '/body/cron', ''],
    [{ at: '2001-01-01T00:00' }, '/body/at', 'never comes'],
    [{ at: '2026-02-31T00:00' }, '/body/at', ''],
    [{ at: 'tomorrow' }, '/body/at', 'like 2026'],
    [{ every: '1h', timeZone: 'Europe/Nowhere' }, '/body/timeZone', 'zone'],
    [{ cron: '0 0 * * *', from: '2026-01-01T00:00:00Z' }, '/body/from', 'every alone'],
    [{ every: '1h', catchUp: 'some' }, '/body/catchUp', ''],
  ])('refuses %j before anything is done', async (body, pointer, detail) => {
    const said = await put(body)
    expect(said).toMatchObject({ status: 400, body: { code: 'invalid-request' } })
    expect(said.body.errors[0].pointer).toBe(pointer)
    expect(said.body.errors[0].detail).toContain(detail)
    expect(at().size).toBe(0)
    expect((await platform.call('getSchedule', named)).status).toBe(404)
  })

  it('A17 is paused and goes on, without making up for what was due meanwhile', async () => {
    await put({ every: '1h' })
    const paused = await put({ every: '1h', paused: true }, { 'if-match': '"1"' })
    expect(paused).toMatchObject({ status: 200, headers: { etag: '"2"' }, body: { paused: true, next: [] } })
    expect(at().size).toBe(0)
    const kept = (await platform.world.catalog.get(scheduleStates, 'numbers'))!
    const until = new Date(Date.now() - 86_400_000).toISOString()
    await platform.world.catalog.write([
      { replace: scheduleStates, id: 'numbers', value: { ...kept.value, until }, revision: kept.revision },
    ])
    const on = await put({ every: '1h' })
    expect(on.body.from, 'it is counted on').toBe(paused.body.from)
    await wakeSchedule(platform.world, 'numbers')
    expect((await platform.call('listSnapshots', named)).body.items).toEqual([])
  })

  it('keeps what is just due when something else of it changes', async () => {
    await put({ every: '1h' })
    const kept = (await platform.world.catalog.get(scheduleStates, 'numbers'))!
    const until = new Date(Date.now() - 3_600_000).toISOString()
    await platform.world.catalog.write([
      { replace: scheduleStates, id: 'numbers', value: { ...kept.value, until }, revision: kept.revision },
    ])
    await put({ every: '1h', overlap: 'queue' })
    await wakeSchedule(platform.world, 'numbers')
    await platform.idle()
    const { items } = (await platform.call('listSnapshots', named)).body
    expect(items).toMatchObject([{ state: 'done', version: 1, due: expect.any(String) }])
    const shown = (await platform.call('getSchedule', named)).body
    expect(shown.last).toEqual({ due: items[0].due, snapshot: items[0].id, state: 'done', error: null })
  })

  it('says 412 to who has not seen the newest, and takes * for whatever is there', async () => {
    expect((await put({ every: '1h' }, { 'if-match': '"1"' })).status).toBe(412)
    expect((await put({ every: '1h' }, { 'if-match': '*' })).status).toBe(412)
    await put({ every: '1h' })
    expect((await put({ every: '2h' }, { 'if-match': '"7"' })).status).toBe(412)
    expect((await put({ every: '2h' }, { 'if-match': '*' })).status).toBe(200)
    const stale = await platform.call('deleteSchedule', { ...named, headers: { 'if-match': '"1"' } })
    expect(stale.body.code).toBe('precondition-failed')
  })

  it('is deleted, and with its datasource', async () => {
    await put({ every: '1h' })
    expect((await platform.call('deleteSchedule', named, 'editor')).status).toBe(204)
    expect((await platform.call('deleteSchedule', named)).status).toBe(404)
    expect(at().size).toBe(0)
    await put({ every: '1h' })
    const gone = await platform.call('deleteDatasource', { ...named, headers: { 'if-match': '*' } })
    expect(gone.status).toBe(204)
    const { catalog } = platform.world
    expect(await catalog.get(schedules, 'numbers')).toBeUndefined()
    expect(await catalog.get(scheduleStates, 'numbers')).toBeUndefined()
    expect((await catalog.get(scheduleCounts, 'all'))?.value).toEqual({ byCaller: {} })
  })

  it('is no matter of viewers', async () => {
    for (const id of ['getSchedule', 'putSchedule', 'deleteSchedule', 'listSchedules'] as const)
      expect((await platform.call(id, { ...named, body: { every: '1h' } }, 'viewer')).status).toBe(403)
  })
})

describe('a schedule that takes several as of one moment', () => {
  beforeEach(async () => {
    for (const name of ['others', 'thirds']) await platform.define({ name })
  })
  const group = { every: '1h', with: ['others', 'thirds'] }
  const change = (name: string, body: object) =>
    platform.call('updateDatasource', { params: { name }, headers: { 'if-match': '*' }, body })
  const earlier = () => new Date(Date.now() - 600_000).toISOString()
  const wakeDue = async () => {
    const { value, revision } = (await platform.world.catalog.get(scheduleStates, 'numbers'))!
    const until = new Date(Date.now() - 3_600_000).toISOString()
    await platform.world.catalog.write([
      { replace: scheduleStates, id: 'numbers', value: { ...value, until }, revision },
    ])
    await wakeSchedule(platform.world, 'numbers')
    await platform.idle()
    return (await platform.call('getSchedule', named)).body
  }

  it('names them, is found by each, and publishes them together when it is due', async () => {
    const { uid } = (await platform.call('getDatasource', { params: { name: 'thirds' } })).body
    expect(await put({ ...group, with: ['others', uid] })).toMatchObject({
      status: 200,
      body: { datasource: 'numbers', with: ['others', 'thirds'], pausedBy: [] },
    })
    for (const datasource of ['numbers', 'others', 'thirds'])
      expect((await platform.call('listSchedules', { query: { datasource } })).body.items).toMatchObject([
        { datasource: 'numbers', with: ['others', 'thirds'] },
      ])
    const { last } = await wakeDue()
    expect(last).toMatchObject({ state: 'done', error: null })
    const { group: id, due } = (await platform.call('getSnapshot', { params: { id: last.snapshot } })).body
    expect((await platform.call('getGroup', { params: { id } })).body).toMatchObject({
      state: 'done',
      snapshots: ['numbers', 'others', 'thirds'].map((datasource) => ({ datasource, version: 1, due })),
    })
    expect((await put({ every: '1h', from: earlier() })).body.with).toEqual([])
    expect((await wakeDue()).last.snapshot).not.toBe(last.snapshot)
    expect((await platform.call('listVersions', { params: { name: 'others' } })).body.items).toHaveLength(1)
  })

  it('says which of them is paused, and takes nothing meanwhile', async () => {
    await put(group)
    await change('thirds', { paused: true })
    expect(await wakeDue()).toMatchObject({ pausedBy: ['thirds'], last: { snapshot: null, state: null, error: null } })
    expect((await platform.call('listRuns')).body.items).toEqual([])
  })

  it('fails with the cause where they go together no more, and goes on once they do', async () => {
    await put(group)
    await change('others', { strategy: { kind: 'incremental', mode: 'append' } })
    const { last } = await wakeDue()
    expect(last).toMatchObject({ state: 'failed', error: { code: 'not-offered', hint: expect.any(String) } })
    expect(last.error.detail).toContain('others goes on from its version before')
    const { items } = (await platform.call('listSnapshots', { params: { name: 'thirds' } })).body
    expect(items).toMatchObject([{ state: 'failed', error: last.error }])
    expect((await platform.call('listVersions', named)).status).toBe(404)
    await change('others', { strategy: 'full' })
    await put({ ...group, from: earlier() })
    expect((await wakeDue()).last.state).toBe('done')
  })

  it.each([
    [['nobody'], 404, 'not-found', undefined],
    [['others', 'numbers'], 400, 'invalid-request', '/body/with/1'],
    [['others', 'elsewhere'], 422, 'not-offered', '/body/with/1'],
    [['growing'], 422, 'not-offered', '/body/with/0'],
    [Array.from({ length: 16 }, (_, i) => `more-${i}`), 400, 'invalid-request', '/body/with'],
  ])('is refused with %j before anything is done', async (others, status, code, pointer) => {
    await platform.define({ name: 'elsewhere', connector: 'other-lab' })
    await platform.define({ name: 'growing', strategy: { kind: 'incremental', mode: 'append' } })
    const said = await put({ every: '1h', with: others })
    expect(said).toMatchObject({ status, body: { code } })
    expect(said.body.errors?.[0]?.pointer).toBe(pointer)
    expect(at().size).toBe(0)
    expect((await platform.call('getSchedule', named)).status).toBe(404)
  })

  it('names nothing that a token is not good for', async () => {
    await platform.define({ name: 'elsewhere', connector: 'other-lab' })
    const limited = limitWorld(platform.world as unknown as WholeWorld, ['lab'])
    const caller = { id: 'ada', role: 'editor' as const }
    const call = { caller, signal: new AbortController().signal, requestId: 'r-1', accept: undefined }
    const times = { every: '1h', timeZone: 'UTC', catchUp: 'last', overlap: 'skip', paused: false } as const
    const names = (other: string) => ({ name: 'numbers', body: { ...times, with: [Name.parse(other)] } })
    const put = (other: string) => putSchedule(limited, { ...names(other), ...call, expected: undefined })
    await expect(put('elsewhere')).rejects.toMatchObject({ code: 'not-found' })
    expect((await put('others')).body.with).toEqual(['others'])
  })

  it('keeps each of them from being deleted', async () => {
    await put(group)
    const headers = { 'if-match': '*' }
    for (const name of ['numbers', 'others']) {
      const { body } = await platform.call('deleteDatasource', { params: { name }, headers })
      expect(body).toMatchObject({ code: 'conflict', detail: expect.stringContaining(`takes ${name} together with`) })
    }
    await put({ every: '1h', with: ['thirds'] })
    expect((await platform.call('deleteDatasource', { params: { name: 'others' }, headers })).status).toBe(204)
    expect((await platform.call('deleteSchedule', named)).status).toBe(204)
    expect((await platform.call('deleteDatasource', { ...named, headers })).status).toBe(204)
  })

  it('fails with the cause where one of them is gone all the same', async () => {
    await put(group)
    const { revision } = (await platform.world.catalog.get(datasources, 'others'))!
    await platform.world.catalog.write([{ delete: datasources, id: 'others', revision }])
    expect((await wakeDue()).last).toMatchObject({
      state: 'failed',
      error: { code: 'not-found', detail: 'others: There is no datasource others any more.' },
    })
  })
})

describe('the list of schedules', () => {
  it('has the next and the last time of each', async () => {
    await platform.define({ name: 'others' })
    await put({ every: '1h', paused: true })
    await platform.call('putSchedule', { params: { name: 'others' }, body: { cron: '0 0 * * *' } })
    const { items, next } = (await platform.call('listSchedules')).body
    expect(next).toBeNull()
    expect(items).toMatchObject([
      { datasource: 'numbers', next: null, last: null, paused: true },
      { datasource: 'others', next: expect.stringMatching(/T00:00:00\+00:00$/), words: 'At 00:00, UTC.' },
    ])
    const one = await platform.call('listSchedules', { query: { datasource: 'others' } })
    expect(one.body.items).toHaveLength(1)
  })
})

describe('T17 the number of schedules', () => {
  it('is limited, and 64 who ask at once do not slip past', async () => {
    const names = Array.from({ length: 64 }, (_, i) => `numbers-${i}`)
    for (const name of names) await platform.define({ name })
    const room = 5
    const byCaller = { ada: mostSchedules.ofOne - room }
    await platform.world.catalog.write([{ create: scheduleCounts, id: 'all', value: { byCaller } }])
    const said = await Promise.all(
      names.map((name) => platform.call('putSchedule', { params: { name }, body: { every: '1h' } })),
    )
    expect(said.filter(({ status }) => status === 200)).toHaveLength(room)
    for (const { status, body } of said) if (status !== 200) expect([status, body.code]).toEqual([409, 'conflict'])
    expect((await platform.call('listSchedules', { query: { limit: '100' } })).body.items).toHaveLength(room)
    expect((await platform.world.catalog.get(scheduleCounts, 'all'))?.value.byCaller.ada).toBe(mostSchedules.ofOne)
  })
})
