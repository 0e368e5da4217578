import type { DeliveryRecord, EventRecord, WebhookRecord } from '../domain/event.ts'
import { Fault, isFault } from '../domain/faults.ts'
import type { Change, Entry } from '../ports/catalog.ts'
import { deliveriesOf, dueDeliveries, outbox, webhooks } from '../ports/event-records.ts'
import type { World } from '../ports/index.ts'
import { scheduleStates } from '../ports/schedule-records.ts'
import { syncTable } from '../registry/sync-table.ts'
import { dueId } from './send-due.ts'

type Spreading = World<{
  catalog: 'write'
  objects: 'read'
  schedules: 'set'
  events: 'tell'
  registry: 'write'
}>

/** Events that are taken from the outbox at once: as many as the bus takes. */
const atOnce = 10

/** How long what became of an event can be read, seconds. */
const keptSeconds = 30 * 24 * 3600

/**
 * Empties the outbox: each event to the bus, into the list of what is due for every receiver that wants it, to the schedule
 * that waits for it, and to the registry of tables. What fails on the way stays in the outbox.
 */
export async function spreadEvents(
  world: Spreading,
  { now, onFailure }: { readonly now: () => number; readonly onFailure: (thrown: unknown) => void },
): Promise<{ readonly spread: number }> {
  const receivers = (await world.catalog.list(webhooks, { limit: 1000 })).entries.map(({ value }) => value)
  for (let spread = 0; ; ) {
    const { entries } = await world.catalog.list(outbox, { limit: atOnce })
    if (entries.length === 0) return { spread }
    await publish(world, entries, onFailure)
    for (const entry of entries) {
      await wakeWaiting(world, entry.value, now())
      await showVersion(world, entry.value, onFailure)
      await handOver(world, entry, receivers, now())
      spread++
    }
  }
}

/** An event that the bus refuses for good goes to the receivers all the same. */
async function publish(
  { events }: Spreading,
  entries: readonly Entry<EventRecord>[],
  onFailure: (thrown: unknown) => void,
): Promise<void> {
  try {
    await events.publish(entries.map(({ value }) => value))
  } catch (thrown) {
    if (thrown instanceof Fault && thrown.code !== 'internal') throw thrown
    onFailure(thrown)
  }
}

/** A snapshot has ended: one of its schedule may wait for that. */
async function wakeWaiting({ catalog, schedules }: Spreading, { type, datasource }: EventRecord, now: number) {
  if (!type.startsWith('snapshot.')) return
  const state = await catalog.get(scheduleStates, datasource)
  if ((state?.value.waiting ?? 0) > 0) await schedules.set(datasource, now)
}

/** Engines are shown what is read now. Where that fails, the next repair does it. */
async function showVersion(world: Spreading, { type, datasource }: EventRecord, onFailure: (thrown: unknown) => void) {
  if (type === 'dataset.changed') await syncTable(world, datasource).catch(onFailure)
}

async function handOver(
  { catalog }: Spreading,
  { id, value: event, revision }: Entry<EventRecord>,
  receivers: readonly WebhookRecord[],
  now: number,
): Promise<void> {
  const expires = Math.floor(now / 1000) + keptSeconds
  const changes = receivers
    .filter((receiver) => wants(receiver, event))
    .flatMap((receiver): Change[] => {
      const value: DeliveryRecord = { webhook: receiver.id, event, state: 'pending', tries: 0, next: null, last: null }
      const due = { webhook: receiver.id, event: event.id }
      return [
        { create: deliveriesOf(receiver.id), id: event.id, value, expires },
        { create: dueDeliveries, id: dueId(now, due), value: due },
      ]
    })
  try {
    await catalog.write([{ delete: outbox, id, revision }, ...changes])
  } catch (thrown) {
    // another one was first
    if (!isFault(thrown, 'not-found') && !isFault(thrown, 'precondition-failed')) throw thrown
  }
}

const wants = ({ events, datasources }: WebhookRecord, { type, datasource }: EventRecord): boolean =>
  (events === null || events.includes(type)) && (datasources === null || datasources.includes(datasource))
