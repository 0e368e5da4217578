import type { Partition } from '../connectors/kind.ts'
import type { DatasourceRecord } from '../domain/datasource.ts'
import { Fault, isFault } from '../domain/faults.ts'
import type { Claim } from '../domain/work.ts'
import { datasources } from '../ports/dataset-records.ts'
import type { World } from '../ports/index.ts'
import { plansOf, workExpires } from '../ports/work-records.ts'
import { findLast, isBase } from './base-version.ts'
import { goesOn } from './continue-version.ts'
import { basisOf, fingerprintOf } from './fingerprint.ts'
import { attemptPrefix, datasourceOf } from './keys.ts'
import { openLeased } from './open-leased.ts'
import { instant, type Pace } from './pace.ts'
import { askOf } from './read-increment.ts'
import { changeRun, findSnapshot } from './run-record.ts'

/** What an attempt is going to copy, and where to. Plain JSON. */
export interface Plan {
  readonly claim: Claim
  readonly datasource: DatasourceRecord
  readonly requestedBy: string
  readonly acceptDrift: boolean
  /** Whether everything is read, whatever the strategy is: it was asked for, or there is nothing to go on from. */
  readonly full: boolean
  /** Where the increments after a whole reading go on, the kind's own; null where the moment that is read tells it. */
  readonly mark?: unknown
  /** Keys of everything that the attempt writes begin with it. */
  readonly prefix: string
  readonly started: string
  readonly fingerprint: string | null
  /** Digest of what decides how it is copied. */
  readonly basis: string
  /** One where the strategy goes on from the version before: that asks the source as it goes. */
  readonly partitions: readonly Partition[]
  /** Whether the partitions read one moment, by a view. */
  readonly isShared: boolean
  /** Connections that the connector may have at once. */
  readonly budget: number
}

/** Asks the source how the extraction is split. Faults: not-found, busy, and those of the source. */
export async function planSnapshot(
  world: World<{ catalog: 'write'; objects: 'read'; sources: 'open' }>,
  claim: Claim,
  { pace, signal }: { readonly pace: Pace; readonly signal: AbortSignal },
): Promise<Plan> {
  const name = datasourceOf(claim.snapshot)
  const started = instant(pace.clock.now())
  const { requestedBy, acceptDrift, group, ...asked } = (await findSnapshot(world, claim.snapshot)).value
  const entry = await world.catalog.get(datasources, name)
  if (entry === undefined) throw new Fault('not-found', `There is no datasource ${name} any more.`)
  const datasource = entry.value
  const opened = await openLeased(world, datasource, { signal, pace })
  const { connection, selection, record } = opened
  try {
    const fingerprint = await fingerprintOf(opened, datasource)
    const basis = basisOf(record, datasource)
    const { strategy } = datasource
    const last = goesOn({ datasource }) ? await findLast(world, { datasource, basis }) : undefined
    const full = asked.full || (goesOn({ datasource }) && !(last && isBase(last, { datasource })))
    const begins = full && typeof strategy === 'object' && strategy.kind === 'incremental' ? strategy : undefined
    // what its partitions read begins where it was before the first of them
    const mark = begins && (await connection.mark?.(selection, askOf(begins, last?.content.increment?.mark ?? null)))
    // what goes on from the version before asks the source as it goes, as one partition
    const isSplit = begins !== undefined || !goesOn({ datasource })
    const planned = isSplit ? await connection.plan(selection) : [wholeOf([])]
    // one connection holds the view: who may have no other reads everything by one
    const partitions = planned.length > 1 && connection.hold && record.budget === 1 ? [wholeOf(planned)] : planned
    const isShared = group !== null || (partitions.length > 1 && connection.hold !== undefined)
    const prefix = attemptPrefix(name, claim.snapshot, claim.attempt)
    const of = { claim, datasource, requestedBy, acceptDrift, full, mark: mark ?? null, budget: record.budget }
    return { ...of, prefix, started, fingerprint, basis, partitions, isShared }
  } finally {
    await opened.close()
  }
}

/** The plan of a claim, made once: whoever comes later goes by it. Faults: those of `planSnapshot`. */
export async function fixPlan(
  world: World<{ catalog: 'write'; objects: 'read'; sources: 'open' }>,
  claim: Claim,
  at: { readonly pace: Pace; readonly signal: AbortSignal },
): Promise<Plan> {
  const kept = await world.catalog.get(plansOf(claim), 'plan')
  if (kept !== undefined) return kept.value as Plan
  const value = await planSnapshot(world, claim, at)
  const { length: partitions } = value.partitions
  const progress = { partitions, expected: estimateOf(value.partitions), done: 0, running: [] }
  try {
    await world.catalog.write([{ create: plansOf(claim), id: 'plan', value, expires: workExpires() }])
  } catch (thrown) {
    if (!isFault(thrown, 'conflict')) throw thrown
  }
  await changeRun(world, claim, () => ({
    phase: 'extracting',
    progress: { ...progress, rowsPerSecond: null, secondsLeft: null },
  }))
  return await findPlan(world, claim)
}

/** The plan of a claim that was fixed. */
export async function findPlan({ catalog }: World<{ catalog: 'read' }>, claim: Claim): Promise<Plan> {
  const entry = await catalog.get(plansOf(claim), 'plan')
  if (entry === undefined) throw new Fault('conflict', 'The attempt has no plan, or has had it long ago.')
  return entry.value as Plan
}

/** All partitions as one. */
export const wholeOf = (partitions: readonly Partition[]): Partition => ({
  id: 'whole',
  spec: null,
  estimate: estimateOf(partitions),
})

/** Rows expected in all; null where a partition does not know. */
export function estimateOf(partitions: readonly Partition[]): number | null {
  if (partitions.length === 0) return null
  let rows = 0
  for (const { estimate } of partitions) {
    if (estimate === null) return null
    rows += estimate
  }
  return rows
}
