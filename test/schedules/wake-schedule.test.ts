import { describe, expect, it } from 'vitest'
import { Fault } from '../../shared/domain/faults.ts'
import { datasources } from '../../shared/ports/dataset-records.ts'
import { schedules } from '../../shared/ports/schedule-records.ts'
import { wakeSchedules } from '../../shared/schedules/wake-schedules.ts'
import { requestCancel } from '../../shared/snapshots/request-cancel.ts'
import { begun, minuteMs, wakingWorld } from './waking-world.ts'

describe('A16 a schedule that is woken', () => {
  it('takes one snapshot for the time that is due, and has itself woken for the next', async () => {
    const at = await wakingWorld()
    expect(await at.wake(15.5)).toHaveLength(1)
    expect(await at.snapshots()).toMatchObject([
      { due: '2026-03-01T00:15:00.000Z', requestedBy: 'ada', state: 'pending' },
    ])
    expect(at.started).toEqual([(await at.snapshots())[0]!.id])
    expect(at.next()).toBe(begun + 30 * minuteMs)
  })

  it('takes none twice, however often and by however many it is woken', async () => {
    const at = await wakingWorld()
    await Promise.all([at.wake(15), at.wake(15), at.wake(16), at.wake(17)])
    await at.wake(15.2)
    expect(await at.became()).toEqual([[15, 'pending']])
    expect(new Set(at.started).size).toBe(1)
  })

  it('does nothing before its time, but sees to it that it is woken then', async () => {
    const at = await wakingWorld()
    expect(await at.wake(14.9)).toEqual([])
    expect(await at.snapshots()).toEqual([])
    expect(at.next()).toBe(begun + 15 * minuteMs)
  })

  it('whose datasource or record is gone is woken no more', async () => {
    for (const [collection, id] of [
      [datasources, 'numbers'],
      [schedules, 'numbers'],
    ] as const) {
      const at = await wakingWorld()
      await at.wake(15)
      await at.world.catalog.write([{ delete: collection, id }])
      await at.wake(30)
      expect(at.next()).toBeUndefined()
      expect(await at.snapshots()).toHaveLength(1)
    }
  })

  it('that comes once comes once', async () => {
    const at = await wakingWorld({ at: '2026-03-01T03:00' })
    await at.wake(0)
    expect(at.next()).toBe(begun + 180 * minuteMs)
    await at.wake(180)
    expect(at.next()).toBeUndefined()
    expect(await at.became()).toEqual([[180, 'pending']])
  })

  it('starts again what could not be started', async () => {
    const at = await wakingWorld()
    const { start } = at.world.runs
    at.world.runs.start = () => Promise.reject(new Fault('busy', 'no worker'))
    await expect(at.wake(15)).rejects.toMatchObject({ code: 'busy' })
    expect(at.next()).toBe(begun + 30 * minuteMs)
    at.world.runs.start = start
    await at.wake(17)
    expect(at.started).toHaveLength(1)
    expect(await at.became()).toEqual([[15, 'pending']])
  })
})

describe('A17 a paused schedule', () => {
  it('takes nothing, and makes up for nothing when it goes on', async () => {
    const at = await wakingWorld({ paused: true })
    await at.wake(15)
    await at.wake(31)
    expect(await at.snapshots()).toEqual([])
    expect(at.next()).toBeUndefined()
  })

  it('of a datasource that was paused goes on with the next time after that', async () => {
    const at = await wakingWorld({ catchUp: 'all' })
    const pause = async (paused: boolean) => {
      const { value, revision } = (await at.world.catalog.get(datasources, 'numbers'))!
      await at.world.catalog.write([{ replace: datasources, id: 'numbers', value: { ...value, paused }, revision }])
    }
    await pause(true)
    await at.wake(15)
    await at.wake(30)
    expect(at.next()).toBe(begun + 45 * minuteMs)
    await pause(false)
    await at.wake(45)
    expect(await at.became()).toEqual([[45, 'pending']])
  })
})

describe('times that were missed', () => {
  it.each([
    ['none', []],
    ['last', [[105, 'pending']]],
  ] as const)('are made up for as catchUp says: %s', async (catchUp, expected) => {
    const at = await wakingWorld({ catchUp })
    await at.wake(119)
    expect(await at.became()).toEqual(expected)
    expect(at.next()).toBe(begun + 120 * minuteMs)
  })

  it('are made up for one after another with all, the newest 24 of them', async () => {
    const at = await wakingWorld({ catchUp: 'all' })
    await at.wake(15 * 100 + 14)
    const due = await at.became()
    expect(due).toEqual(Array.from({ length: 24 }, (_, i) => [(77 + i) * 15, i === 0 ? 'pending' : 'waits']))
    expect(at.next()).toBe(begun + 1515 * minuteMs)
    await at.finish()
    await at.wake(1514.5)
    expect((await at.became()).slice(0, 3)).toEqual([
      [77 * 15, 'done'],
      [78 * 15, 'pending'],
      [79 * 15, 'waits'],
    ])
  })

  it('with none: one that comes a little late is no missed one', async () => {
    const at = await wakingWorld({ catchUp: 'none' })
    await at.wake(24)
    expect(await at.became()).toEqual([[15, 'pending']])
  })
})

describe('where the snapshot before still runs', () => {
  it('skip takes none, and says why', async () => {
    const at = await wakingWorld()
    await at.wake(15)
    await at.wake(30)
    expect(await at.became()).toEqual([
      [15, 'pending'],
      [30, 'skipped'],
    ])
    expect((await at.snapshots())[1]).toMatchObject({ because: 'overlap', phase: 'ended', version: null })
    await at.finish()
    await at.wake(45)
    expect((await at.became()).at(-1)).toEqual([45, 'pending'])
  })

  it('queue waits for its end, and 24 wait at most', async () => {
    const at = await wakingWorld({ overlap: 'queue' })
    for (let i = 1; i <= 27; i++) await at.wake(15 * i)
    const states = (await at.became()).map(([, state]) => state)
    expect(states).toEqual(['pending', ...Array(24).fill('waits'), 'skipped', 'skipped'])
    expect(at.next()).toBe(begun + (27 * 15 + 5) * minuteMs)
    await at.finish()
    expect(await at.wake(27 * 15 + 1)).toHaveLength(1)
    expect((await at.became()).slice(0, 3).map(([, state]) => state)).toEqual(['done', 'pending', 'waits'])
    const second = (await at.snapshots())[2]!
    await requestCancel(at.world, second.id)
    await at.finish()
    await at.wake(27 * 15 + 2)
    expect((await at.became()).slice(1, 4).map(([, state]) => state)).toEqual(['done', 'cancelled', 'pending'])
  })

  it('replace cancels it', async () => {
    const at = await wakingWorld({ overlap: 'replace' })
    await at.wake(15)
    await at.wake(30)
    expect(await at.became()).toEqual([
      [15, 'cancelled'],
      [30, 'pending'],
    ])
  })
})

describe('waking all', () => {
  it('wakes those alone that are overdue, and the others in spite of one that fails', async () => {
    const at = await wakingWorld()
    const failed: string[] = []
    const onFailure = (datasource: string) => failed.push(datasource)
    const now = (minutes: number) => begun + minutes * minuteMs
    expect(await wakeSchedules(at.world, { overdueMs: 5 * minuteMs, now: now(19), onFailure })).toEqual({ woken: 0 })
    expect(await wakeSchedules(at.world, { overdueMs: 5 * minuteMs, now: now(21), onFailure })).toEqual({ woken: 1 })
    expect(await at.became()).toEqual([[15, 'pending']])
    expect(await wakeSchedules(at.world, { now: now(22), onFailure })).toEqual({ woken: 1 })
    at.world.runs.start = () => Promise.reject(new Error('no worker'))
    await at.finish()
    await wakeSchedules(at.world, { now: now(30), onFailure })
    expect(failed).toEqual(['numbers'])
  })
})
