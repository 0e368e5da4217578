import { type DurableContext, withDurableExecution } from '@aws/durable-execution-sdk-js'
import * as z from 'zod'
import { asFault } from '../shared/api/problem.ts'
import { conductSnapshot } from '../shared/snapshots/conduct-snapshot.ts'
import { steadyPace } from '../shared/snapshots/pace.ts'
import { describeError } from './describe-error.ts'
import { durableWorkers } from './durable-workers.ts'
import { logged } from './job.ts'
import { log } from './log.ts'
import { catalog } from './world/catalog.ts'
import { objects } from './world/objects.ts'
import { runWork } from './world/run-work.ts'
import { sources } from './world/sources.ts'

const Work = z.object({ snapshotId: z.string() })

/** Time enough to tell of a step that takes too long before Lambda ends the conductor, milliseconds. */
const timeoutEarlyMs = 20_000

/**
 * Conducts one snapshot, as a durable function: it sleeps, and costs nothing, while others extract, and comes by again
 * for what they have done. Lambda may bring the same event more than once: the claim in the record decides. What fails at
 * the source ends in the record; what throws is for when the record itself is not at its end.
 */
export const handler = withDurableExecution(async (event: unknown, context: DurableContext) => {
  const { snapshotId } = Work.parse(event)
  const world = { catalog: catalog(), objects: objects(), sources: sources() }
  const timeMs = () => context.lambdaContext.getRemainingTimeInMillis() - timeoutEarlyMs
  try {
    const workers = durableWorkers(context, runWork(), timeMs)
    const { outcome, cause } = await conductSnapshot(world, workers, snapshotId, steadyPace)
    log(outcome === 'failed' ? 'warn' : 'info', 'Worked at a snapshot', {
      snapshot: snapshotId,
      outcome,
      ...(cause !== undefined && { code: asFault(cause).code, cause: describeError(cause) }),
    })
    return { outcome }
  } catch (thrown) {
    log('error', 'The function failed', { cause: describeError(thrown) })
    throw logged()
  }
})
