import type { Partition } from '../connectors/kind.ts'
import type { DatasourceRecord } from '../domain/datasource.ts'
import { Fault, isFault } from '../domain/faults.ts'
import type { Claim } from '../domain/work.ts'
import { datasources } from '../ports/dataset-records.ts'
import type { World } from '../ports/index.ts'
import { plansOf, workExpires } from '../ports/work-records.ts'
import { type Base, findLast, isBase } from './base-version.ts'
import { goesOn } from './continue-version.ts'
import { basisOf, fingerprintOf } from './fingerprint.ts'
import { type Elsewhere, keepLarge, readLarge } from './keep-large.ts'
import { attemptPrefix, datasourceOf, planKey } from './keys.ts'
import { openLeased } from './open-leased.ts'
import { instant, type Pace } from './pace.ts'
import type { ObjectsPlan, planObjects } from './plan-objects.ts'
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
  /** One where the strategy takes increments: that asks the source as it goes. */
  readonly partitions: readonly Partition[]
  /** Where the strategy goes by objects: what is to be known of them besides. */
  readonly objects?: ObjectsPlan
  /** Whether the partitions read one moment, by a view. */
  readonly isShared: boolean
  /** Whether one worker reads all of its group on one connection: that alone sees the moment. */
  readonly isTogether?: boolean
  /** Connections that the connector may have at once. */
  readonly budget: number
}

/** What is to be read. */
type PlannedWork = Pick<Plan, 'partitions' | 'objects'>

/** What else there is to know of a plan: small, however much is to be read. */
export type PlanHead = Omit<Plan, keyof PlannedWork>

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
  const { connection, record } = opened
  try {
    const fingerprint = await fingerprintOf(opened, datasource)
    const basis = basisOf(record, datasource)
    const last = goesOn({ datasource }) ? await findLast(world, { datasource, basis }) : undefined
    const full = asked.full || (goesOn({ datasource }) && !(last && isBase(last, { datasource })))
    const { partitions: planned, objects, mark = null } = await split({ ...opened, datasource, full }, last)
    // one connection holds the view: who may have no other reads everything by one
    const partitions = planned.length > 1 && connection.hold && record.budget === 1 ? [wholeOf(planned)] : planned
    const isShared = group !== null || (partitions.length > 1 && connection.hold !== undefined)
    const isTogether = group !== null && world.sources.get(datasource.kind).together === true
    if (isTogether && planned.length > 1) throw tooLarge()
    const prefix = attemptPrefix(name, claim.snapshot, claim.attempt)
    const of = { claim, datasource, requestedBy, acceptDrift, full, mark, budget: record.budget }
    const plan = { ...of, prefix, started, fingerprint, basis, partitions, isShared, isTogether }
    return { ...plan, ...(objects && { objects }) }
  } finally {
    await opened.close()
  }
}

const tooLarge = (): Fault =>
  new Fault('too-large', 'It takes longer to read than a worker lives, and no two of them read the same moment.', {
    hint: 'Take it alone, or select fewer rows by a statement.',
  })

/** What of the source is to be read, as the strategy says. `last`: the version that is read now. */
async function split(
  source: Parameters<typeof planObjects>[0] & Pick<Plan, 'datasource' | 'full'>,
  last: Base | undefined,
): Promise<PlannedWork & Pick<Plan, 'mark'>> {
  const { connection, selection, full } = source
  const { strategy } = source.datasource
  if (strategy === 'full') return { partitions: await connection.plan(selection) }
  if (strategy.kind === 'objects')
    return await (await import('./plan-objects.ts')).planObjects(source, full ? undefined : last)
  // increments ask the source as they go
  if (!full) return { partitions: [wholeOf([])] }
  const mark = await connection.mark?.(selection, askOf(strategy, last?.content.increment?.mark ?? null))
  return { partitions: await connection.plan(selection), mark }
}

/** The plan of a claim, made once: whoever comes later goes by it. Faults: those of `planSnapshot`. */
export async function fixPlan(
  world: World<{ catalog: 'write'; objects: 'write'; sources: 'open' }>,
  claim: Claim,
  at: { readonly pace: Pace; readonly signal: AbortSignal },
): Promise<Plan> {
  if ((await world.catalog.get(plansOf(claim), 'plan')) !== undefined) return await findPlan(world, claim)
  const { partitions, objects, ...head } = await planSnapshot(world, claim, at)
  const progress = { partitions: partitions.length, expected: estimateOf(partitions), done: 0, running: [] }
  const value = { ...head, ...(await keepLarge(world, planKey(head.prefix), { partitions, objects })) }
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
export async function findPlan(world: World<{ catalog: 'read'; objects: 'read' }>, claim: Claim): Promise<Plan> {
  const head = await findPlanHead(world, claim)
  return { ...head, ...(await readLarge<PlannedWork>(world, head as PlanHead & (PlannedWork | Elsewhere))) }
}

/** The same without what is to be read. */
export async function findPlanHead({ catalog }: World<{ catalog: 'read' }>, claim: Claim): Promise<PlanHead> {
  const entry = await catalog.get(plansOf(claim), 'plan')
  if (entry === undefined) throw new Fault('conflict', 'The attempt has no plan, or has had it long ago.')
  return entry.value as PlanHead
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
