import { Fault, faults, isFault } from '../domain/faults.ts'
import type { SnapshotRecord } from '../domain/snapshot.ts'
import type { Claim } from '../domain/work.ts'
import type { World } from '../ports/index.ts'
import { type Continuation, repeatVersion } from './continue-version.ts'
import { fromNothing } from './continued.ts'
import { confirmFingerprint } from './fingerprint.ts'
import { awaitView, endView } from './hold-view.ts'
import { instant, type Pace } from './pace.ts'
import { listLeft, readResults } from './partition-record.ts'
import { pauseDatasource } from './pause-datasource.ts'
import { findPlan, fixPlan, type Plan } from './plan-snapshot.ts'
import { publishSnapshot } from './publish-snapshot.ts'
import { beginAnew, changeRun, claimSnapshot, ended, findSnapshot, toldFault } from './run-record.ts'
import { showSigns } from './show-signs.ts'
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
 * Takes the snapshot of that id: claims it, plans, has its partitions extracted, publishes. May be started twice, and may
 * die anywhere: what is done stays done, and the attempt that holds the claim is the only one that publishes. Where the
 * moment that its partitions read is lost it begins anew: nothing of two moments is ever put together. Failures of the
 * source end in the record, not in a throw; it throws where the record itself cannot be read or written.
 */
export async function conductSnapshot(
  world: Conducting,
  workers: Workers,
  snapshotId: string,
  pace: Pace,
  stop?: AbortSignal,
): Promise<TakeOutcome> {
  for (let round = 1; ; round++) {
    const claim = await workers.step(`claim ${round}`, async () =>
      // the round before has left the attempt that it began
      round === 1 ? ((await claimSnapshot(world, snapshotId, pace)) ?? null) : await claimedAnew(world, snapshotId),
    )
    if (claim === null) return { outcome: round === 1 ? 'idle' : 'lost' }
    try {
      return { outcome: await copy(world, workers, claim, pace) }
    } catch (cause) {
      const isLost = isFault(cause, 'source-changed') && !stop?.aborted
      const end = await workers.step(`end ${claim.attempt}`, async () => {
        if (isLost && (await isSharedPlan(world, claim)) && (await beginAnew(world, claim, cause, pace))) return 'anew'
        if (isFault(cause, 'columns-changed')) await pauseDatasource(world, snapshotId)
        const settled = await changeRun(world, claim, (record) => settle(record, cause, stop, pace.clock.now()))
        return outcomeOf(settled ?? (await ownEnd(world, claim, isLost)))
      })
      if (end !== 'anew') return { outcome: end, cause }
    }
  }
}

async function copy(world: Conducting, workers: Workers, claim: Claim, pace: Pace): Promise<TakeOutcome['outcome']> {
  const { attempt } = claim
  const planned = await workers.step(`plan ${attempt}`, (signal) =>
    showSigns(world, claim, { phase: 'planning', signal, pace }, async (signal) => {
      const plan = await fixPlan(world, claim, { pace, signal })
      const repeated = await repeatVersion(world, plan)
      if (repeated && plan.datasource.skipUnchanged) return 'unchanged'
      if (repeated) return await publish(world, plan, [repeated], { pace, signal })
      const left = await listLeft(world, claim, plan.partitions.length)
      return { left, count: plan.partitions.length, isShared: plan.isShared, budget: plan.budget }
    }),
  )
  if (planned === 'done') return planned
  if (planned === 'unchanged') return await workers.step(`skip ${attempt}`, () => skip(world, claim, pace))
  const { left, isShared, budget } = planned
  let { count } = planned
  if (left.length > 0) {
    if (isShared) {
      await workers.hold({ claim, relieves: null })
      const view = await workers.step(`view ${attempt}`, (signal) =>
        showSigns(world, claim, { phase: 'extracting', signal, pace }, (signal) =>
          awaitView(world, claim, { signal, pace }),
        ),
      )
      if (view === 'none') count = 1
    }
    // the view has one of the connections
    const atOnce = Math.max(1, Math.min(workers.atOnce, isShared ? budget - 1 : budget))
    const places = left.filter((place) => place < count)
    await workers.each(places, atOnce, (workers, partition) => extract(workers, { claim, partition }, pace))
  }
  const end = await workers.step(`publish ${attempt}`, (signal) =>
    showSigns(world, claim, { phase: 'publishing', signal, pace }, async (signal) => {
      if (isShared) await endView(world, claim, pace.clock.now())
      return await publish(world, await findPlan(world, claim), await readResults(world, claim, count), {
        pace,
        signal,
      })
    }),
  )
  return end === 'done' ? end : await workers.step(`skip ${attempt}`, () => skip(world, claim, pace))
}

/** Publishes what the partitions became, unless that is just what the version before holds and nobody wants it again. */
async function publish(
  world: Conducting,
  plan: Plan,
  copied: readonly Continuation[],
  at: { readonly pace: Pace; readonly signal: AbortSignal },
): Promise<'done' | 'unchanged'> {
  const continued = copied[0]?.continued ?? fromNothing
  if (copied.every(({ isUnchanged }) => isUnchanged) && plan.datasource.skipUnchanged) return 'unchanged'
  const fingerprint = await confirmFingerprint(world, plan, at)
  at.signal.throwIfAborted()
  const extracted = copied.flatMap((each) => each.extracted)
  await publishSnapshot(world, { ...plan, fingerprint }, extracted, { ...at.pace, continued })
  return 'done'
}

/** Has one partition extracted, and again where it may go better then. */
async function extract(workers: Workers, of: { claim: Claim; partition: number }, { heartbeatMs, tries }: Pace) {
  for (let time = 1; ; time++)
    try {
      return await workers.extract({ ...of, time })
    } catch (thrown) {
      const isFinal = !(thrown instanceof Fault) || finalCodes.has(thrown.code) || faults[thrown.code].retry === 'never'
      if (isFinal || time >= tries) throw thrown
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
async function claimedAnew(world: Conducting, snapshot: string): Promise<Claim | null> {
  const { value } = await findSnapshot(world, snapshot)
  return value.state === 'running' ? { snapshot, attempt: value.attempt } : null
}

const isSharedPlan = async (world: Conducting, claim: Claim): Promise<boolean> =>
  await findPlan(world, claim).then(
    ({ isShared }) => isShared,
    () => false,
  )

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
