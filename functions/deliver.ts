import type { Context } from 'aws-lambda'
import { deliverEvents } from '../shared/events/deliver-events.ts'
import { describeError } from './describe-error.ts'
import { job } from './job.ts'
import { log } from './log.ts'
import { catalog } from './world/catalog.ts'
import { events } from './world/events.ts'
import { objects } from './world/objects.ts'
import { registry } from './world/registry.ts'
import { schedules } from './world/schedules.ts'

/** Time enough to note what became of the deliveries under way, milliseconds. */
const timeoutEarlyMs = 15_000

/**
 * Tells what happened. Invoked by the stream of the catalog when something is put into the outbox, and by EventBridge
 * Scheduler when a delivery is due again; what it is invoked with does not matter, for it looks at the records.
 */
export const handler = job(async (_event: unknown, context: Context): Promise<void> => {
  const signal = AbortSignal.timeout(Math.max(0, context.getRemainingTimeInMillis() - timeoutEarlyMs))
  const world = {
    catalog: catalog(),
    objects: objects(),
    schedules: schedules(),
    events: events(),
    registry: registry(),
  }
  const onFailure = (thrown: unknown) => log('error', 'Not everyone was told', { cause: describeError(thrown) })
  log('info', 'Delivered events', { ...(await deliverEvents(world, { signal, onFailure })) })
})
