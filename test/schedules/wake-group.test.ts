import { describe, expect, it } from 'vitest'
import { Name } from '../../shared/domain/connector.ts'
import { datasources, groups, snapshotsOf } from '../../shared/ports/dataset-records.ts'
import { outbox } from '../../shared/ports/event-records.ts'
import { scheduleStates, schedules } from '../../shared/ports/schedule-records.ts'
import { wakeSchedule } from '../../shared/schedules/wake-schedule.ts'
import { creating, newSnapshot } from '../../shared/snapshots/new-snapshot.ts'
import { requestCancel } from '../../shared/snapshots/request-cancel.ts'
import { ulidOf } from '../../shared/snapshots/ulid.ts'
import { begun, minuteMs, wakingWorld } from './waking-world.ts'

const others = (count: number) => Array.from({ length: count }, (_, i) => Name.parse(`other-${i}`))
const [other] = others(1) as [Name]
const of = (overlap: 'skip' | 'queue' | 'replace', count = 1) => wakingWorld({ with: others(count), overlap })
type Waking = Awaited<ReturnType<typeof of>>

/** The groups there are, each with what became of its snapshots. */
async function grouped({ world: { catalog } }: Waking) {
  const { entries } = await catalog.list(groups, { limit: 1000 })
  return await Promise.all(
    entries.map(async ({ value }) => {
      const of = (id: string) => catalog.get(snapshotsOf(id.slice(0, -27)), id)
      return (await Promise.all(value.snapshots.map(of))).map((entry) => entry?.value)
    }),
  )
}

/** Has a snapshot of that datasource going that no schedule takes. */
async function takeByHand({ world: { catalog } }: Waking, datasource: Name): Promise<string> {
  const record = newSnapshot({ id: `${datasource}-${ulidOf(begun, 7n)}`, datasource, requestedBy: 'ada' }, begun)
  await catalog.write(creating(record))
  return record.id
}

describe('a schedule that takes several', () => {
  it('takes one group for a time, however often and by however many it is woken', async () => {
    const at = await of('skip', 15)
    await Promise.all([at.wake(15), at.wake(15), at.wake(16)])
    await at.wake(17)
    const [group, ...more] = await grouped(at)
    expect(more).toEqual([])
    expect(group).toHaveLength(16)
    expect(new Set(group!.map((each) => `${each?.state} ${each?.due} ${each?.requestedBy}`))).toEqual(
      new Set(['pending 2026-03-01T00:15:00.000Z ada']),
    )
    expect(new Set(group!.map((each) => each?.group)).size).toBe(1)
    expect(new Set(at.started)).toEqual(new Set([(await at.snapshots())[0]!.id]))
  })

  it.each([['numbers'], [other]])(
    'skip takes none while one of %s still runs, and queue waits for it',
    async (busy) => {
      for (const overlap of ['skip', 'queue'] as const) {
        const at = await of(overlap)
        const id = await takeByHand(at, Name.parse(busy))
        await at.wake(15)
        expect(await grouped(at)).toEqual([])
        const owned = (await at.snapshots()).filter(({ due }) => due !== null)
        expect(owned).toMatchObject([overlap === 'skip' ? { state: 'skipped', because: 'overlap' } : { waits: true }])
        await requestCancel(at.world, id)
        await at.wake(20)
        expect(await grouped(at)).toMatchObject(overlap === 'skip' ? [] : [[{ waits: false }, { state: 'pending' }]])
      }
    },
  )

  it('replace cancels the group before as a whole, and what runs of any of them', async () => {
    const at = await of('replace')
    const byHand = await takeByHand(at, other)
    await at.wake(15)
    await at.wake(30)
    expect(await grouped(at)).toMatchObject([
      [{ state: 'cancelled' }, { state: 'cancelled' }],
      [{ state: 'pending' }, { state: 'pending' }],
    ])
    expect((await at.snapshots(other)).find(({ id }) => id === byHand)?.state).toBe('cancelled')
  })

  it('makes up for the newest 24 times one after another, each a group when its turn comes', async () => {
    const at = await wakingWorld({ with: others(15), catchUp: 'all' })
    await at.wake(15 * 100 + 14)
    const due = await at.became()
    expect(due).toEqual(Array.from({ length: 24 }, (_, i) => [(77 + i) * 15, i === 0 ? 'pending' : 'waits']))
    for (let minutes = 1514.1; (await at.became()).some(([, state]) => state === 'waits'); minutes += 0.1) {
      await at.finish()
      await at.wake(minutes)
      expect((await at.became(other)).filter(([, state]) => state === 'pending')).toHaveLength(1)
    }
    expect((await grouped(at)).map((group) => group.length)).toEqual(Array(24).fill(16))
    const late = (await at.world.catalog.list(outbox, { limit: 1000 })).entries
      .map(({ value }) => value)
      .filter(({ type }) => type === 'schedule.late')
    expect(late).toHaveLength(1)
  })

  it('takes one that has waited though twenty-four more have come due meanwhile', async () => {
    const at = await wakingWorld({ with: others(15), catchUp: 'all' })
    await at.wake(15 * 30)
    await at.finish()
    await at.wake(15 * 60)
    const states = (await at.became()).map(([, state]) => state)
    expect(states.filter((state) => state === 'pending')).toHaveLength(1)
    expect(states.filter((state) => state === 'skipped')).toHaveLength(22)
  })

  it('takes nothing while one of them is paused', async () => {
    const at = await of('skip')
    const pause = async (paused: boolean) => {
      const { value, revision } = (await at.world.catalog.get(datasources, other))!
      await at.world.catalog.write([{ replace: datasources, id: other, value: { ...value, paused }, revision }])
    }
    await pause(true)
    await at.wake(15)
    expect([await at.snapshots(), await at.snapshots(other)]).toEqual([[], []])
    await pause(false)
    await at.wake(30)
    expect(await at.became(other)).toEqual([[30, 'pending']])
  })

  it('starts again a group whose start was lost, and is alone in that', async () => {
    const at = await of('skip')
    const own = { ...at.schedule, uid: 'sch_other', datasource: other, with: [], overlap: 'queue' }
    const until = new Date(begun).toISOString()
    await at.world.catalog.write([
      { create: schedules, id: other, value: own },
      { create: scheduleStates, id: other, value: { until, last: null, going: [], waiting: 0 } },
    ])
    const { start } = at.world.runs
    at.world.runs.start = () => Promise.reject(new Error('no worker'))
    await expect(at.wake(15)).rejects.toThrow('no worker')
    at.world.runs.start = start
    await wakeSchedule(at.world, other, begun + 17 * minuteMs)
    expect(at.started).toEqual([])
    expect((await at.became(other)).map(([, state]) => state).sort()).toEqual(['pending', 'waits'])
    await at.wake(17)
    expect(at.started).toEqual([(await at.snapshots())[0]!.id])
  })
})
