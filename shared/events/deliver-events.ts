import { deliveriesId } from '../ports/events.ts'
import type { World } from '../ports/index.ts'
import { sendDue } from './send-due.ts'
import { spreadEvents } from './spread-events.ts'

/** How a delivery is made. `signal`: no more is begun once it aborts. */
export interface Delivering {
  readonly now?: () => number
  readonly signal: AbortSignal
  /** Told of what the bus refuses for good, and of tables that could not be shown. */
  readonly onFailure: (thrown: unknown) => void
}

/** After a failure of our own it is tried again so much later, milliseconds. */
const againMs = 60_000

/**
 * Tells what happened: empties the outbox and sends what is due, and has itself woken for what is due later. May be done
 * by several at once, and may die anywhere: what was told may be told again, and nothing is lost.
 */
export async function deliverEvents(
  world: World<{ catalog: 'write'; objects: 'read'; schedules: 'set'; events: 'tell'; registry: 'write' }>,
  { now = () => Date.now(), signal, onFailure }: Delivering,
): Promise<{ readonly spread: number; readonly delivered: number; readonly failed: number }> {
  try {
    const { spread } = await spreadEvents(world, { now, onFailure })
    const { next, ...sent } = await sendDue(world, { now, signal })
    if (next !== undefined) await world.schedules.set(deliveriesId, next)
    return { spread, ...sent }
  } catch (thrown) {
    await world.schedules.set(deliveriesId, now() + againMs)
    throw thrown
  }
}
