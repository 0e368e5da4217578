import type { Claim } from '../domain/work.ts'
import type { World } from '../ports/index.ts'
import type { Continuation } from './continue-version.ts'
import { fromNothing } from './continued.ts'
import { type Extracted, type Extracting, keepExtract } from './extract-partition.ts'
import { selectionOf } from './open-datasource.ts'
import { openLeased } from './open-leased.ts'
import { instant } from './pace.ts'
import { findPlan } from './plan-snapshot.ts'
import { findTogether } from './together.ts'

/**
 * Copies all of a group on one connection, one after another, as of the moment that it shows: one partition, so that it is
 * there as a whole or begun again as a whole. What each became is told in the order of the group.
 */
export async function extractTogether(
  world: World<{ catalog: 'write'; sources: 'open'; objects: 'write' }>,
  claim: Claim,
  at: Extracting,
): Promise<Continuation> {
  // by the attempt that is worked at: the records may be of the next one already
  const claims = (await findTogether(world, claim.snapshot)).map(({ id }) => ({ ...claim, snapshot: id }))
  const plans = await Promise.all(claims.map((each) => findPlan(world, each)))
  const opened = await openLeased(world, plans[0]!.datasource, at)
  const { connection, signal } = opened
  try {
    const moment = instant(at.pace.clock.now())
    const selections = plans.map(({ datasource }) => selectionOf(world, datasource))
    const extracted: Extracted[] = []
    const writer = { partitions: 1, partition: 0, tries: at.tries }
    for await (const extract of await connection.together!(selections))
      extracted.push(await keepExtract(world, extract, { ...plans[extracted.length]!, writer }, { ...at, signal }))
    return { extracted, continued: fromNothing, isUnchanged: false, moment }
  } finally {
    await opened.close()
  }
}
