import type { Context } from 'aws-lambda'
import * as z from 'zod'
import { asFault } from '../shared/api/problem.ts'
import { takeSnapshot } from '../shared/snapshots/take-snapshot.ts'
import { describeError } from './describe-error.ts'
import { job, Told } from './job.ts'
import { log } from './log.ts'
import { catalog } from './world/catalog.ts'
import { objects } from './world/objects.ts'
import { sources } from './world/sources.ts'

const Work = z.object({ snapshotId: z.string() })

/** Time enough to give a snapshot back before Lambda ends the worker, milliseconds. */
const timeoutEarlyMs = 20_000

/**
 * Takes one snapshot. Lambda may bring the same event more than once: the claim in the record decides. What fails at
 * the source ends in the record; throwing has Lambda try again, which is for when the record is not at its end.
 */
export const handler = job(async (event: unknown, context: Context): Promise<void> => {
  const { snapshotId } = Work.parse(event)
  const world = { catalog: catalog(), objects: objects(), sources: sources() }
  const late = AbortSignal.timeout(Math.max(0, context.getRemainingTimeInMillis() - timeoutEarlyMs))
  const { outcome, cause } = await takeSnapshot(world, snapshotId, late)
  log(outcome === 'failed' ? 'warn' : 'info', 'Worked at a snapshot', {
    snapshot: snapshotId,
    outcome,
    ...(cause !== undefined && { code: asFault(cause).code, cause: describeError(cause) }),
  })
  if (outcome === 'released') throw new Told('The snapshot was not taken in the time that there was.')
})
