import { isIncremental } from '../domain/datasource.ts'
import { Fault, isFault } from '../domain/faults.ts'
import type { PartitionWork } from '../domain/work.ts'
import type { World } from '../ports/index.ts'
import { viewsOf } from '../ports/work-records.ts'
import { type Continuation, continueVersion, goesOn } from './continue-version.ts'
import { fromNothing } from './continued.ts'
import { extractPartition } from './extract-partition.ts'
import { extractTogether } from './extract-together.ts'
import type { Pace } from './pace.ts'
import { beginPartition } from './partition-record.ts'
import { findPlan, type Plan, wholeOf } from './plan-snapshot.ts'
import { Anew, readAnew } from './read-anew.ts'
import { showFar, showSigns } from './show-signs.ts'
import { firstOf } from './together.ts'

/**
 * Extracts one partition, and keeps what became of it: once, however often it is asked for. Throws the fault that it
 * failed with: source-changed where the view is lost or everything is to be read after all, conflict where the attempt is
 * given up, cancelled. `late` is aborted where the worker's time is over, and its work is to end.
 */
export async function workAtPartition(
  world: World<{ catalog: 'write'; objects: 'write'; sources: 'open' }>,
  work: PartitionWork,
  { signal, pace, late }: { readonly signal: AbortSignal; readonly pace: Pace; readonly late?: AbortSignal },
): Promise<void> {
  const { claim, partition } = work
  const plan = await findPlan(world, claim)
  const trial = await beginPartition(world, work, plan, { signal, pace })
  if (trial === undefined) return
  const progress = { rows: 0, bytes: 0 }
  const onProgress = ({ rows, bytes }: { rows: number; bytes: number }) => {
    progress.rows += rows
    progress.bytes += bytes
  }
  const onSign = () => trial.show(progress)
  try {
    const signs = { phase: 'extracting', signal, pace, onSign } as const
    const copied = await showSigns(world, claim, signs, async (signal) => {
      if (plan.isTogether) return await extractTogether(world, claim, { signal, pace, tries: trial.tries, onProgress })
      return await readView(world, plan, async (partitions, view): Promise<Continuation> => {
        const at = { signal, pace, tries: trial.tries, onProgress, view }
        if (goesOn(plan)) return await continueVersion(world, { ...plan, partitions }, partition, at)
        const extracted = await extractPartition(world, { ...plan, partitions }, partition, at)
        return { extracted: [extracted], continued: fromNothing, isUnchanged: false }
      })
    })
    await trial.finish(copied)
  } catch (thrown) {
    await trial.fail().catch(() => {})
    if (thrown instanceof Anew) throw await readAnew(world, claim, thrown)
    // one worker reads what is new: where two have had too little time, partitions read everything
    const isTooMuch = late?.aborted && trial.tries > 1 && isIncremental(plan.datasource.strategy) && !plan.full
    throw isTooMuch
      ? await readAnew(world, claim, new Anew('What is new takes longer than a worker may.', thrown))
      : thrown
  }
  // others of its group may be read for long yet
  if (claim.first !== undefined) await showFar(world, claim, pace).catch(() => {})
}

/** Reads by the attempt's view. It may be handed on while it is about to be read: then it is read by its new token. */
async function readView<T>(
  { catalog }: World<{ catalog: 'read' }>,
  { claim, partitions, isShared }: Plan,
  read: (partitions: Plan['partitions'], view?: unknown) => Promise<T>,
): Promise<T> {
  if (!isShared) return await read(partitions)
  for (let before: unknown; ; ) {
    const view = (await catalog.get(viewsOf(firstOf(claim)), 'view'))?.value
    if (view?.state === 'none' && claim.first === undefined) return await read([wholeOf(partitions)])
    if (view?.state !== 'held') throw new Fault('source-changed', 'The moment that was read is over at the source.')
    try {
      return await read(partitions, view.token)
    } catch (thrown) {
      const isHandedOn = before === undefined || JSON.stringify(before) !== JSON.stringify(view.token)
      if (!isFault(thrown, 'source-changed') || !isHandedOn) throw thrown
      before = view.token
    }
  }
}
