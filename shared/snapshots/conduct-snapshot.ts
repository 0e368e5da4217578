import { Fault, faults, isFault } from '../domain/faults.ts'
import type { SnapshotRecord } from '../domain/snapshot.ts'
import type { Claim, PartitionWork } from '../domain/work.ts'
import type { World } from '../ports/index.ts'
import { beginAnew, claimSnapshot } from './claim-snapshot.ts'
import { type Continuation, repeatVersion } from './continue-version.ts'
import { agreed } from './continued.ts'
import type { Publication } from './draft-manifest.ts'
import { confirmFingerprint } from './fingerprint.ts'
import { awaitView, endView } from './hold-view.ts'
import { instant, type Pace } from './pace.ts'
import { listLeft, readResults } from './partition-record.ts'
import { pauseDatasource } from './pause-datasource.ts'
import { fixGroup, inDatasource, noMoment } from './plan-group.ts'
import { findPlan, findPlanHead, fixPlan, type Plan } from './plan-snapshot.ts'
import { publishTogether } from './publish-together.ts'
import { changeRun, ended, findSnapshot, toldFault } from './run-record.ts'
import { showSigns } from './show-signs.ts'
import { changeTogether, claimsOf, findTogether } from './together.ts'
import type { Workers } from './workers.ts'

/**
 * How the work of one conductor at one snapshot ended. `skipped`: nothing had changed. `idle`: there was nothing to do.
 * `lost`: another one took the snapshot over. `released`: it was told to stop; whoever starts the snapshot next goes on.
 * `cause`: what was thrown, for logs.
 */
export interface TakeOutcome {
  readonly outcome: 'done' | 'skipped' | 'failed' | 'cancelled' | 'idle' | 'lost' | 'released'
  readonly cause?: unknown
}

type Conducting = World<{ catalog: 'write'; objects: 'write'; sources: 'open' }>

/**
 * Takes the snapshot of that id, and those of its group: claims them, plans, has their partitions extracted, publishes. May
 * be started twice, and may die anywhere: what is done stays done, and the attempt that holds the claim is the only one that
 * publishes. Where the moment that its partitions read is lost it begins anew: nothing of two moments is ever put together.
 * So it does where it cannot go on from the version before, and reads everything then.
 * Failures of the source end in the record, not in a throw; it throws where the record itself cannot be read or written.
 */
export async function conductSnapshot(
  world: Conducting,
  workers: Workers,
  snapshotId: string,
  pace: Pace,
  stop?: AbortSignal,
): Promise<TakeOutcome> {
  for (let round = 1; ; round++) {
    const claims = await workers.step(`claim ${round}`, async () =>
      // the round before has left the attempt that it began
      round === 1 ? ((await claimSnapshot(world, snapshotId, pace)) ?? null) : await claimedAnew(world, snapshotId),
    )
    if (claims === null) return { outcome: round === 1 ? 'idle' : 'lost' }
    const [claim] = claims
    try {
      return { outcome: await copy(world, workers, claims, pace) }
    } catch (cause) {
      const isLost = isFault(cause, 'source-changed') && !stop?.aborted
      const end = await workers.step(`end ${claim.attempt}`, async () => {
        if (isLost && (await goesBetter(world, claim)) && (await beginAnew(world, claim, cause, pace))) return 'anew'
        if (isFault(cause, 'columns-changed')) await pauseChanged(world, claims)
        const settled = await changeTogether(world, claim, (record) => settle(record, cause, stop, pace.clock.now()))
        return outcomeOf(settled ?? (await ownEnd(world, claim, isLost)))
      })
      if (end !== 'anew') return { outcome: end, cause }
    }
  }
}

async function copy(
  world: Conducting,
  workers: Workers,
  claims: readonly [Claim, ...Claim[]],
  pace: Pace,
): Promise<TakeOutcome['outcome']> {
  const [claim, ...others] = claims
  const { attempt } = claim
  const planned = await workers.step(`plan ${attempt}`, (signal) =>
    showSigns(world, claim, { phase: 'planning', signal, pace }, async (signal) => {
      const plan = await fixPlan(world, claim, { pace, signal })
      const { isShared, isTogether = false, budget } = plan
      if (others.length > 0) {
        const plans = []
        for (const each of await fixGroup(world, claims, { pace, signal })) plans.push(await leftOf(world, each))
        // what one worker reads is one partition: that of the first
        const [whole] = plans
        return { plans: isTogether ? [whole!] : plans, isShared, isTogether, budget }
      }
      const repeated = await repeatVersion(world, plan)
      if (repeated && plan.datasource.skipUnchanged) return 'unchanged'
      if (repeated) return await publish(world, [{ plan, copied: [repeated] }], { pace, signal })
      return { plans: [await leftOf(world, plan)], isShared, isTogether, budget }
    }),
  )
  if (planned === 'done') return planned
  if (planned === 'unchanged') return await workers.step(`skip ${attempt}`, () => skip(world, claim, pace))
  const { plans, isShared, isTogether, budget } = planned
  let isWhole = false
  if (plans.some(({ left }) => left.length > 0)) {
    if (isShared && !isTogether) {
      await workers.hold({ claim, relieves: null })
      const view = await workers.step(`view ${attempt}`, (signal) =>
        showSigns(world, claim, { phase: 'extracting', signal, pace }, (signal) =>
          awaitView(world, claim, { signal, pace }),
        ),
      )
      if (view === 'none' && others.length > 0) throw noMoment()
      isWhole = view === 'none'
    }
    // the view has one of the connections
    const atOnce = Math.max(1, Math.min(workers.atOnce, isShared && !isTogether ? budget - 1 : budget))
    const work = plans.flatMap(({ left }, i) =>
      left.filter((place) => !isWhole || place === 0).map((partition) => ({ claim: claims[i]!, partition })),
    )
    await workers.each([...work.keys()], atOnce, (workers, i) => extract(workers, work[i]!, pace))
  }
  const end = await workers.step(`publish ${attempt}`, (signal) =>
    showSigns(world, claim, { phase: 'publishing', signal, pace }, async (signal) => {
      if (isShared) await endView(world, claim, pace.clock.now())
      const copies: Copy[] = []
      const whole = isTogether ? await readResults(world, claim, 1) : undefined
      for (const [i, of] of claims.entries()) {
        const copied =
          whole?.map((each) => ({ ...each, extracted: [each.extracted[i]!] })) ??
          (await readResults(world, of, isWhole ? 1 : plans[i]!.count))
        const plan = await findPlan(world, of)
        copies.push({ plan, copied: await join(world, plan, copied) })
      }
      return await publish(world, copies, { pace, signal })
    }),
  )
  return end === 'done' ? end : await workers.step(`skip ${attempt}`, () => skip(world, claim, pace))
}

/** How many partitions a plan has, and the places of those that are not done. */
async function leftOf(world: Conducting, { claim, partitions: { length: count } }: Plan) {
  return { left: await listLeft(world, claim, count), count }
}

/** What a plan became. */
interface Copy {
  readonly plan: Plan
  readonly copied: readonly Continuation[]
}

/**
 * Publishes what the partitions became, all of a group at once: unless that is just what the version before holds and
 * nobody wants it again. What is of one moment with others is always wanted.
 */
async function publish(
  world: Conducting,
  copies: readonly Copy[],
  at: { readonly pace: Pace; readonly signal: AbortSignal },
): Promise<'done' | 'unchanged'> {
  const [{ plan, copied }] = copies as readonly [Copy]
  const isUnchanged = copied.every((each) => each.isUnchanged) && plan.datasource.skipUnchanged
  if (copies.length === 1 && isUnchanged) return 'unchanged'
  const ready: Publication[] = []
  for (const { plan, copied } of copies) {
    // what is of the same parts is of the same fingerprint
    const isSame = copied.every((each) => each.isUnchanged)
    const fingerprint = isSame ? plan.fingerprint : await confirmFingerprint(world, plan, at)
    const continued = agreed(copied.map((each) => each.continued))
    const extracted = copied.flatMap((each) => each.extracted)
    ready.push({ plan: { ...plan, fingerprint }, extracted, continued, moment: copied[0]?.moment })
  }
  at.signal.throwIfAborted()
  await publishTogether(world, ready, at.pace)
  return 'done'
}

/** Has one partition extracted, and again where it may go better then. */
async function extract(workers: Workers, of: Omit<PartitionWork, 'time'>, { heartbeatMs, tries }: Pace) {
  for (let time = 1; ; time++)
    try {
      return await workers.extract({ ...of, time })
    } catch (thrown) {
      const isFinal = !(thrown instanceof Fault) || finalCodes.has(thrown.code) || faults[thrown.code].retry === 'never'
      if (isFinal || time >= tries) throw inDatasource(of.claim, thrown)
      await workers.wait(`wait ${of.partition} ${time}`, heartbeatMs * 2 ** (time - 1))
    }
}

const finalCodes = new Set<string>(['cancelled', 'source-changed'])

/** Ends a snapshot that would copy what the version before holds already. */
async function skip(world: Conducting, claim: Claim, { clock }: Pace): Promise<TakeOutcome['outcome']> {
  const record = await changeRun(world, claim, ({ cancelRequested }) => ({
    ...ended(instant(clock.now())),
    ...(cancelRequested ? { state: 'cancelled' } : { state: 'skipped', because: 'unchanged', percent: 100 }),
  }))
  if (record === undefined) return 'lost'
  return record.state === 'cancelled' ? 'cancelled' : 'skipped'
}

/** The attempt that was begun anew by who asks. */
async function claimedAnew(world: Conducting, snapshot: string) {
  const found = await findTogether(world, snapshot)
  return found[0].value.state === 'running' ? claimsOf(found) : null
}

/** Pauses the datasource whose columns were noted as changed, where it wants that. */
async function pauseChanged(world: Conducting, claims: readonly Claim[]): Promise<void> {
  for (const { snapshot } of claims)
    if ((await findSnapshot(world, snapshot)).value.drift !== null) await pauseDatasource(world, snapshot)
}

/** Whether another attempt may do what this one could not: with a moment of its own, or by reading everything. */
async function goesBetter(world: Conducting, claim: Claim): Promise<boolean> {
  const plan = await findPlanHead(world, claim).catch(() => undefined)
  if (plan === undefined) return false
  return plan.isShared || (!plan.full && (await findSnapshot(world, claim.snapshot)).value.full)
}

/** What the partitions of a plan became, together with what it keeps. */
async function join(world: Conducting, { objects, ...plan }: Plan, copied: readonly Continuation[]) {
  if (objects === undefined) return copied
  return [await (await import('./join-objects.ts')).joinObjects(world, { ...plan, objects }, copied)]
}

/** The record where the attempt itself has ended it: by one attempt too many. */
async function ownEnd(world: Conducting, { snapshot, attempt }: Claim, isLost: boolean) {
  const { value } = await findSnapshot(world, snapshot)
  return isLost && value.state === 'failed' && value.attempt === attempt ? value : undefined
}

/** What an attempt that did not publish leaves in the record. */
function settle(record: SnapshotRecord, cause: unknown, stop: AbortSignal | undefined, nowMs: number) {
  const now = instant(nowMs)
  if (record.cancelRequested) return { ...ended(now), state: 'cancelled' } as const
  if (stop?.aborted) return { state: 'pending', phase: 'queued', heartbeat: null } as const
  return { ...ended(now), state: 'failed', error: toldFault(cause) } as const
}

function outcomeOf(record: SnapshotRecord | undefined): TakeOutcome['outcome'] {
  if (record === undefined) return 'lost'
  if (record.state === 'pending') return 'released'
  return record.state === 'cancelled' ? 'cancelled' : 'failed'
}
