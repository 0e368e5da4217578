import type { DeliveryRecord } from '../domain/event.ts'
import { Fault, isFault } from '../domain/faults.ts'
import type { Change, Entry } from '../ports/catalog.ts'
import { deliveriesOf, dueDeliveries, webhooks } from '../ports/event-records.ts'
import type { World } from '../ports/index.ts'
import { nextTry } from './backoff.ts'

type Sending = World<{ catalog: 'write'; events: 'tell' }>

interface Due {
  readonly webhook: string
  readonly event: string
}

/** Deliveries under way at once, and how long one may take, milliseconds. */
const atOnce = 8
const timeoutMs = 10_000

/** Who sends has so long before another one takes it for dead, milliseconds. */
const claimMs = 60_000

/** The place of a delivery in the list of what is due. */
export const dueId = (at: number, { webhook, event }: Due): string =>
  `${new Date(at).toISOString()}/${webhook}/${event}`

/** Sends what is due, until nothing is or `signal` aborts; gives the instant at which something is due next. */
export async function sendDue(
  world: Sending,
  { now, signal }: { readonly now: () => number; readonly signal: AbortSignal },
): Promise<{ readonly delivered: number; readonly failed: number; readonly next: number | undefined }> {
  const done = { delivered: 0, failed: 0 }
  for (;;) {
    const { entries } = await world.catalog.list(dueDeliveries, { limit: atOnce })
    const due = entries.filter(({ id }) => dueAt(id) <= now())
    if (due.length === 0 || signal.aborted) return { ...done, next: entries[0] && dueAt(entries[0].id) }
    const ends = await Promise.all(due.map((entry) => sendOne(world, entry, { now, signal })))
    for (const end of ends) if (end !== undefined) done[end ? 'delivered' : 'failed']++
  }
}

const dueAt = (id: string): number => Date.parse(id.slice(0, id.indexOf('/')))

/** Whether it was delivered; undefined where another one sends it, or nobody wants it any more. */
async function sendOne(
  world: Sending,
  entry: Entry<Due>,
  { now, signal }: { now: () => number; signal: AbortSignal },
): Promise<boolean | undefined> {
  const claim = await claimed(world, entry, now())
  if (claim === undefined) return undefined
  const { webhook: id, event } = entry.value
  const [receiver, delivery] = await Promise.all([
    world.catalog.get(webhooks, id),
    world.catalog.get(deliveriesOf(id), event),
  ])
  if (receiver === undefined || delivery === undefined) {
    await world.catalog.write([{ delete: dueDeliveries, id: claim }])
    return undefined
  }
  const last = await attempt(world, receiver.value, delivery.value.event, signal)
  const at = now()
  const tries = delivery.value.tries + 1
  const isDelivered = last.status !== null && last.status >= 200 && last.status < 300
  const next = isDelivered ? undefined : nextTry(tries, at)
  const value: DeliveryRecord = {
    ...delivery.value,
    state: isDelivered ? 'delivered' : next === undefined ? 'failed' : 'pending',
    tries,
    next: next === undefined ? null : new Date(next).toISOString(),
    last: { at: new Date(at).toISOString(), ...last },
  }
  await settle(world, claim, entry.value, { value, revision: delivery.revision }, next)
  return isDelivered
}

/** Puts it off, so that nobody else sends it meanwhile, and it is not lost where this one dies. */
async function claimed({ catalog }: Sending, { id, value, revision }: Entry<Due>, now: number) {
  const until = dueId(now + claimMs, value)
  try {
    await catalog.write([
      { delete: dueDeliveries, id, revision },
      { create: dueDeliveries, id: until, value },
    ])
    return until
  } catch (thrown) {
    if (isFault(thrown, 'not-found') || isFault(thrown, 'precondition-failed') || isFault(thrown, 'conflict'))
      return undefined
    throw thrown
  }
}

async function attempt(
  { events }: Sending,
  ...[receiver, event, signal]: Parameters<Sending['events']['send']>
): Promise<{ readonly status: number | null; readonly detail: string }> {
  try {
    const limit = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)])
    const status = await events.send(receiver, event, limit)
    return { status, detail: `It answered ${status}.` }
  } catch (thrown) {
    return { status: null, detail: thrown instanceof Fault ? thrown.detail : 'It did not answer in time.' }
  }
}

async function settle(
  { catalog }: Sending,
  claim: string,
  due: Due,
  { value, revision }: { readonly value: DeliveryRecord; readonly revision: number },
  next: number | undefined,
): Promise<void> {
  const again = next === undefined ? undefined : dueId(next, due)
  // who is to try again just when the claim ends finds it there
  const changes: Change[] = again === claim ? [] : [{ delete: dueDeliveries, id: claim }]
  if (again !== undefined && again !== claim) changes.push({ create: dueDeliveries, id: again, value: due })
  try {
    await catalog.write([{ replace: deliveriesOf(due.webhook), id: due.event, value, revision }, ...changes])
  } catch (thrown) {
    // its record is over, or the receiver was deleted
    if (!isFault(thrown, 'not-found') && !isFault(thrown, 'precondition-failed')) throw thrown
    await catalog.write([{ delete: dueDeliveries, id: claim }])
  }
}
