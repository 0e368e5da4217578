import { Fault } from '../domain/faults.ts'
import type { World } from '../ports/index.ts'
import { conductSnapshot, type TakeOutcome } from './conduct-snapshot.ts'
import { holdView } from './hold-view.ts'
import { type Pace, steadyPace } from './pace.ts'
import { workAtPartition } from './work-at-partition.ts'
import type { Workers } from './workers.ts'

/** What one process works at at once: each partition has its batch, and its row group. */
const atOnce = 4

/**
 * Takes the snapshot of that id in this process: conductor, view and partitions. The log is the catalog, so that a later
 * process goes on with what is done. Aborting `signal` gives the snapshot back. As `conductSnapshot` otherwise.
 */
export async function takeSnapshot(
  world: World<{ catalog: 'write'; objects: 'write'; sources: 'open' }>,
  snapshotId: string,
  signal: AbortSignal,
  pace: Pace = steadyPace,
): Promise<TakeOutcome> {
  const over = new AbortController()
  const holding = new Set<Promise<unknown>>()
  const local = (stop: AbortSignal): Workers => ({
    atOnce,
    step: (_name, run) => run(stop),
    async each(items, atOnce, run) {
      const left = [...items]
      const failed = new AbortController()
      const workers = local(AbortSignal.any([stop, failed.signal]))
      const work = async () => {
        for (let item = left.shift(); item !== undefined; item = left.shift()) await run(workers, item)
      }
      const all = Array.from({ length: Math.min(atOnce, items.length) }, () =>
        work().catch((thrown) => {
          left.length = 0
          failed.abort(thrown)
          throw thrown
        }),
      )
      await Promise.allSettled(all)
      if (failed.signal.aborted) throw failed.signal.reason
    },
    extract: (work) => workAtPartition(world, work, { signal: stop, pace }),
    async hold(work) {
      const held = holdView(world, work, { signal: AbortSignal.any([stop, over.signal]), pace }).catch(() => {})
      holding.add(held)
    },
    wait: (_name, ms) => pace.clock.sleep(ms, stop),
  })
  try {
    return await conductSnapshot(world, local(signal), snapshotId, pace, signal)
  } finally {
    over.abort(new Fault('cancelled', 'The snapshot has ended.'))
    await Promise.all(holding)
  }
}
