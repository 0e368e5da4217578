import type { Incremental } from '../domain/datasource.ts'
import type { World } from '../ports/index.ts'
import type { Continuation } from './continue-version.ts'
import { fromNothing } from './continued.ts'
import type { Extracting } from './extract-partition.ts'
import { openLeased } from './open-leased.ts'
import { newPartWriter } from './part-writer.ts'
import type { Plan } from './plan-snapshot.ts'
import { askOf, extractedOf, readIncrement, writeIncrement } from './read-increment.ts'

/** Copies one partition of everything that is selected, so that the next version can go on from it. */
export async function beginIncrement(
  world: World<{ catalog: 'write'; objects: 'write'; sources: 'open' }>,
  plan: Plan,
  strategy: Incremental,
  partition: number,
  at: Extracting,
): Promise<Continuation> {
  const opened = await openLeased(world, plan.datasource, at)
  const place = { partitions: plan.partitions.length, partition, tries: at.tries }
  const writer = newPartWriter(world, plan, place, { ...at, signal: opened.signal })
  try {
    const increment = await readIncrement(
      opened,
      askOf(strategy, plan.mark ?? null),
      plan.partitions[partition],
      at.view,
    )
    const { schema, key, mark } = increment
    const parts = await writeIncrement(increment, writer)
    return {
      extracted: [extractedOf(increment, parts.length > 0 ? parts : await writer.writeNone(schema))],
      continued: { ...fromNothing, increment: { since: null, count: 0, key: [...key], mark } },
      isUnchanged: false,
    }
  } finally {
    await opened.close()
  }
}
