import type { Context } from 'aws-lambda'
import * as z from 'zod'
import { asFault } from '../shared/api/problem.ts'
import { runExport } from '../shared/exports/run-export.ts'
import { describeError } from './describe-error.ts'
import { job } from './job.ts'
import { log } from './log.ts'
import { catalog } from './world/catalog.ts'
import { exports } from './world/exports.ts'
import { objects } from './world/objects.ts'
import { sources } from './world/sources.ts'

const Work = z.object({ exportId: z.string() })

/** Time enough to end what runs at the source before Lambda ends the worker, milliseconds. */
const timeoutEarlyMs = 20_000

/**
 * Works at one export, and hands it on to the next invocation where this one's time is over. Lambda may bring the same event more than once, and brings it again where the
 * function died: the claim in the record decides. What fails at the source ends in the record.
 */
export const handler = job(async (event: unknown, context: Context) => {
  const { exportId } = Work.parse(event)
  const world = { catalog: catalog(), objects: objects(), sources: sources() }
  const late = AbortSignal.timeout(Math.max(0, context.getRemainingTimeInMillis() - timeoutEarlyMs))
  const { outcome, cause } = await runExport(world, exportId, { late })
  // what failed and may pass is begun again by whoever tidies, a while later
  if (outcome === 'released' && late.aborted) await exports().start(exportId)
  log(outcome === 'failed' ? 'warn' : 'info', 'Worked at an export', {
    export: exportId,
    outcome,
    ...(cause !== undefined && { code: asFault(cause).code, cause: describeError(cause) }),
  })
  return { outcome }
})
