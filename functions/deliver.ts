import type { Context } from 'aws-lambda'
import * as z from 'zod'
import { deliverEvents } from '../shared/events/deliver-events.ts'
import { tablesId } from '../shared/ports/events.ts'
import { repairTables } from '../shared/registry/repair-tables.ts'
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

const Event = z.object({ id: z.string() }).partial().catch({})

/**
 * Tells what happened. Invoked by the stream of the catalog when something is put into the outbox, and by EventBridge
 * Scheduler when a delivery is due again, or tables are to be mended: what is to be done is read from the records.
 */
export const handler = job(async (event: unknown, context: Context): Promise<void> => {
  const signal = AbortSignal.timeout(Math.max(0, context.getRemainingTimeInMillis() - timeoutEarlyMs))
  const world = {
    catalog: catalog(),
    objects: objects(),
    schedules: schedules(),
    events: events(),
    registry: registry(),
  }
  const onFailure = (thrown: unknown) => log('error', 'Not everyone was told', { cause: describeError(thrown) })
  if (Event.parse(event).id === tablesId)
    log('info', 'Mended tables', await repairTables(world, { onFailure: (_, thrown) => onFailure(thrown) }))
  else log('info', 'Delivered events', { ...(await deliverEvents(world, { signal, onFailure })) })
})
