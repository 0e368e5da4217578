import type { Context } from 'aws-lambda'
import { Fault, isFault } from '../shared/domain/faults.ts'
import { PartitionWork } from '../shared/domain/work.ts'
import { steadyPace } from '../shared/snapshots/pace.ts'
import { workAtPartition } from '../shared/snapshots/work-at-partition.ts'
import { keep } from './durable-workers.ts'
import { job } from './job.ts'
import { catalog } from './world/catalog.ts'
import { objects } from './world/objects.ts'
import { sources } from './world/sources.ts'

/** Time enough to end what runs at the source before Lambda ends the worker, milliseconds. */
const timeoutEarlyMs = 15_000

/** Extracts one partition, for who conducts the snapshot. Answers the fault that it failed with, if it did. */
export const handler = job(async (event: unknown, context: Context) => {
  const work = PartitionWork.parse(event)
  const world = { catalog: catalog(), objects: objects(), sources: sources() }
  const late = AbortSignal.timeout(Math.max(0, context.getRemainingTimeInMillis() - timeoutEarlyMs))
  return await keep(async () => {
    try {
      await workAtPartition(world, work, { signal: late, late, pace: steadyPace })
    } catch (thrown) {
      // what ends the attempt is told as it is
      throw late.aborted && !isFault(thrown, 'source-changed') ? tooLong(thrown) : thrown
    }
  })
})

const tooLong = (cause: unknown): Fault =>
  new Fault('source-timeout', 'A partition took longer than a worker may.', {
    hint: 'Select less, or name a key by which what is read can be split.',
    cause,
  })
