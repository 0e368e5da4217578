import type { Context } from 'aws-lambda'
import { HoldingWork } from '../shared/domain/work.ts'
import { holdView } from '../shared/snapshots/hold-view.ts'
import { steadyPace } from '../shared/snapshots/pace.ts'
import { job } from './job.ts'
import { catalog } from './world/catalog.ts'
import { runWork } from './world/run-work.ts'
import { sources } from './world/sources.ts'

/** So long before its end, milliseconds, a holder asks for another one; and so long before, it lets go. */
const [relievedEarlyMs, timeoutEarlyMs] = [4 * 60_000, 5_000]

/** Holds the moment that the partitions of a snapshot read, and has itself relieved before Lambda ends it. */
export const handler = job(async (event: unknown, context: Context): Promise<void> => {
  const work = HoldingWork.parse(event)
  const until = (earlyMs: number) => AbortSignal.timeout(Math.max(0, context.getRemainingTimeInMillis() - earlyMs))
  const relief = { due: until(relievedEarlyMs), start: (work: HoldingWork) => runWork().hold(work) }
  const world = { catalog: catalog(), sources: sources() }
  await holdView(world, work, { signal: until(timeoutEarlyMs), pace: steadyPace, relief })
})
