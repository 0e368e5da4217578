import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { scheduleCounts, scheduleStates, schedules } from '../../shared/ports/schedule-records.ts'
import { wakeSchedule } from '../../shared/schedules/wake-schedule.ts'
import { mostSchedules } from '../../shared/usecases/count-schedules.ts'
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
    expect(shown.last).toEqual({ due: items[0].due, snapshot: items[0].id, state: 'done' })
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
