import { beforeEach, describe, expect, it } from 'vitest'
import { Name } from '../../shared/domain/connector.ts'
import type { EventRecord, WebhookRecord } from '../../shared/domain/event.ts'
import { Fault } from '../../shared/domain/faults.ts'
import { deliverEvents } from '../../shared/events/deliver-events.ts'
import { deliveriesOf, dueDeliveries, outbox, webhooks } from '../../shared/ports/event-records.ts'
import { deliveriesId } from '../../shared/ports/events.ts'
import { scheduleStates } from '../../shared/ports/schedule-records.ts'
import { tellVersion } from '../../shared/snapshots/tell.ts'
import { memoryCatalog, memoryObjects } from '../snapshots/memory-ports.ts'
import { memoryRegistry } from '../support/memory-registry.ts'
import { memorySchedules } from '../support/memory-schedules.ts'
import { randomOf } from '../support/random.ts'

function newWorld() {
  const catalog = memoryCatalog()
  const schedules = memorySchedules()
  const bus: EventRecord[] = []
  const sent: { readonly to: string; readonly event: string }[] = []
  const at = {
    now: Date.parse('2026-03-01T00:00:00Z'),
    answer: async (_to: string): Promise<number> => 204,
    publish: async (events: readonly EventRecord[]) => {
      bus.push(...events)
    },
    failures: [] as unknown[],
  }
  const events = {
    publish: (all: readonly EventRecord[]) => at.publish(all),
    async send({ id }: WebhookRecord, event: EventRecord) {
      sent.push({ to: id, event: event.id })
      return at.answer(id)
    },
  }
  const world = { catalog, objects: memoryObjects(), schedules, events, registry: memoryRegistry() }
  return {
    world,
    bus,
    sent,
    at,
    deliver: () =>
      deliverEvents(world, {
        now: () => at.now,
        signal: new AbortController().signal,
        onFailure: (thrown) => at.failures.push(thrown),
      }),
    async receiver(id: string, more: Partial<WebhookRecord> = {}) {
      const value: WebhookRecord = {
        id,
        title: id,
        url: `https://${id}.test/`,
        events: null,
        datasources: null,
        created: '',
        createdBy: 'ada',
        ...more,
      }
      await catalog.write([{ create: webhooks, id, value }])
    },
    /** Has an event told: another version of the dataset. */
    async happen(name = 'flights', version = 1) {
      await catalog.write([tellVersion(Name.parse(name), version)])
    },
    log: async (id: string) =>
      (await catalog.list(deliveriesOf(id), { limit: 1000 })).entries.map(({ value }) => value),
    left: async () => [
      (await catalog.list(outbox, { limit: 1000 })).entries.length,
      (await catalog.list(dueDeliveries, { limit: 1000 })).entries.length,
    ],
  }
}

let here: ReturnType<typeof newWorld>
beforeEach(() => {
  here = newWorld()
})

describe('an event', () => {
  it('goes to the bus once, to every receiver that wants it, and out of the outbox', async () => {
    await here.receiver('all')
    await here.receiver('flights', { datasources: [Name.parse('flights')] })
    await here.receiver('failures', { events: ['snapshot.failed'] })
    await here.happen('flights')
    await here.happen('movies')
    expect(await here.deliver()).toEqual({ spread: 2, delivered: 3, failed: 0 })
    expect(here.bus.map(({ datasource }) => datasource)).toEqual(['flights', 'movies'])
    expect(here.sent.map(({ to }) => to).sort()).toEqual(['all', 'all', 'flights'])
    expect(await here.log('failures')).toEqual([])
    expect(await here.log('flights')).toMatchObject([
      { state: 'delivered', tries: 1, next: null, last: { status: 204 }, event: { datasource: 'flights' } },
    ])
    expect(await here.left()).toEqual([0, 0])
    expect(here.world.schedules.at.size).toBe(0)
  })

  it('is sent again ever later, and given up with what was answered last', async () => {
    await here.receiver('down')
    await here.happen()
    here.at.answer = async () => 503
    const waits: number[] = []
    for (;;) {
      await here.deliver()
      const next = here.world.schedules.at.get(deliveriesId)
      here.world.schedules.at.clear()
      if (next === undefined) break
      waits.push((next - here.at.now) / 1000)
      here.at.now = next
    }
    expect(waits).toEqual([10, 60, 300, 1800, 7200, 21600, 43200, 86400, 57600])
    expect(await here.log('down')).toMatchObject([
      { state: 'failed', tries: 10, next: null, last: { status: 503, detail: 'It answered 503.' } },
    ])
    expect(await here.left()).toEqual([0, 0])
  })

  it('is delivered once the receiver is there again; what happens meanwhile does not wait for it', async () => {
    await here.receiver('down')
    await here.receiver('up')
    await here.happen()
    here.at.answer = async (to) => {
      if (to === 'down') throw new Fault('source-unreachable', 'Nobody is there.')
      return 200
    }
    await here.deliver()
    expect(await here.log('down')).toMatchObject([
      { state: 'pending', last: { status: null, detail: 'Nobody is there.' } },
    ])
    await here.happen('movies')
    await here.deliver()
    expect((await here.log('up')).map(({ state }) => state)).toEqual(['delivered', 'delivered'])
    here.at.answer = async () => 200
    here.at.now += 3_600_000
    await here.deliver()
    expect((await here.log('down')).map(({ state, tries }) => [state, tries])).toEqual([
      ['delivered', 2],
      ['delivered', 2],
    ])
  })

  it('stays in the outbox while the bus is busy, and goes to the receivers where the bus refuses it for good', async () => {
    await here.receiver('all')
    await here.happen()
    here.at.publish = () => Promise.reject(new Fault('busy', 'no'))
    await expect(here.deliver()).rejects.toMatchObject({ code: 'busy' })
    expect(await here.left()).toEqual([1, 0])
    expect(here.world.schedules.at.get(deliveriesId)).toBe(here.at.now + 60_000)
    here.at.publish = () => Promise.reject(new Fault('internal', 'never'))
    await here.deliver()
    expect(here.at.failures).toHaveLength(1)
    expect(await here.log('all')).toMatchObject([{ state: 'delivered' }])
  })

  it('of the end of a snapshot wakes the schedule whose next one waits for it, and no other', async () => {
    const { catalog, schedules } = here.world
    for (const [id, waiting] of [
      ['numbers', 1],
      ['others', 0],
    ] as const)
      await catalog.write([{ create: scheduleStates, id, value: { until: '', last: null, going: [], waiting } }])
    for (const name of ['numbers', 'others', 'none']) {
      const value: EventRecord = {
        id: `evt_${name}`,
        type: 'snapshot.succeeded',
        at: '',
        datasource: Name.parse(name),
        data: {},
      }
      await catalog.write([{ create: outbox, id: value.id, value }])
    }
    await here.deliver()
    expect([...schedules.at]).toEqual([['numbers', here.at.now]])
  })

  it('for a receiver that was deleted is forgotten', async () => {
    await here.receiver('gone')
    await here.happen()
    here.at.answer = async () => 500
    await here.deliver()
    await here.world.catalog.write([{ delete: webhooks, id: 'gone' }])
    here.at.now += 3_600_000
    await here.deliver()
    expect(here.sent).toHaveLength(1)
    expect(await here.left()).toEqual([0, 0])
  })
})

/** `HEADGATE_DELIVERIES` asks for more where there is time. */
const seeds = Number(process.env.HEADGATE_DELIVERIES ?? 100)

it(`at least once and never lost, by several at once whose calls fail: ${seeds} runs`, {
  timeout: 60_000 + seeds * 5000,
}, async () => {
  let repeated = 0
  for (let seed = 1; seed <= seeds; seed++) {
    const random = randomOf(seed)
    const it = newWorld()
    await it.receiver('a')
    await it.receiver('b')
    const { write } = it.world.catalog
    let isTroubled = true
    Object.assign(it.world.catalog, {
      async write(changes: Parameters<typeof write>[0]) {
        const drawn = isTroubled ? random.next() : 0.5
        if (drawn < 0.15) throw new Fault('busy', 'Lost on its way.')
        await write(changes)
        if (drawn > 0.9) throw new Fault('busy', 'Lost on its way back.')
      },
    })
    it.at.answer = async () => (isTroubled && random.next() < 0.3 ? 500 : 200)
    let told = 0
    for (let round = 0; round < 8; round++) {
      for (let i = random.below(3); i > 0; i--) {
        await write([tellVersion(Name.parse('flights'), round)])
        told++
      }
      it.at.now += random.below(200_000)
      await Promise.all(Array.from({ length: 1 + random.below(3) }, () => it.deliver().catch(() => {})))
    }
    isTroubled = false
    for (let round = 0; round < 5; round++) {
      it.at.now += 86_400_000
      await it.deliver()
    }
    for (const id of ['a', 'b']) {
      const log = await it.log(id)
      expect(
        log.map(({ state }) => state),
        `seed ${seed}`,
      ).toEqual(Array(told).fill('delivered'))
      for (const { event } of log)
        expect(it.sent.filter(({ to, event: sent }) => to === id && sent === event.id).length).toBeGreaterThan(0)
    }
    expect(new Set(it.bus.map(({ id }) => id)).size, `seed ${seed}: the bus`).toBe(told)
    expect(await it.left(), `seed ${seed}: nothing is left`).toEqual([0, 0])
    repeated += it.sent.length - 2 * told
  }
  expect(repeated).toBeGreaterThan(0)
})
