import { Fault, isFault } from '../domain/faults.ts'
import type { SnapshotRecord } from '../domain/snapshot.ts'
import type { World } from '../ports/index.ts'
import { type Continuation, continueVersion, goesOn, repeatVersion } from './continue-version.ts'
import { fromNothing } from './continued.ts'
import { type Extracted, type Extracting, extractPartition } from './extract-partition.ts'
import { confirmFingerprint } from './fingerprint.ts'
import { type Clock, instant, type Pace, steadyPace } from './pace.ts'
import { pauseDatasource } from './pause-datasource.ts'
import { estimateOf, type Plan, planSnapshot } from './plan-snapshot.ts'
import { publishSnapshot } from './publish-snapshot.ts'
import { type Claim, changeRun, claimSnapshot, ended } from './run-record.ts'

/**
 * How the work of one worker at one snapshot ended. `skipped`: nothing had changed. `idle`: there was nothing to do. `lost`: another worker took the
 * snapshot over. `released`: the worker was told to stop; whoever starts the snapshot next begins anew.
 * `cause`: what was thrown, for logs.
 */
export interface TakeOutcome {
  readonly outcome: 'done' | 'skipped' | 'failed' | 'cancelled' | 'idle' | 'lost' | 'released'
  readonly cause?: unknown
}

/**
 * Takes the snapshot of that id: claims it, plans, extracts, publishes. May be started twice, and may die anywhere: the
 * attempt that holds the claim is the only one that publishes. Failures of the source end in the record, not in a
 * throw; it throws where the record itself cannot be read or written. Aborting `signal` gives the snapshot back.
 */
export async function takeSnapshot(
  world: World<{ catalog: 'write'; objects: 'write'; sources: 'open' }>,
  snapshotId: string,
  signal: AbortSignal,
  pace: Pace = steadyPace,
): Promise<TakeOutcome> {
  const claim = await claimSnapshot(world, snapshotId, pace)
  if (claim === undefined) return { outcome: 'idle' }
  const stop = new AbortController()
  const progress: Progress = { phase: 'planning', rows: 0, bytes: 0, estimate: null }
  const beating = beat(world, claim, progress, stop, pace)
  try {
    return { outcome: await copy(world, claim, progress, AbortSignal.any([signal, stop.signal]), pace) }
  } catch (thrown) {
    const cause = stop.signal.aborted ? stop.signal.reason : thrown
    if (isFault(cause, 'columns-changed')) await pauseDatasource(world, snapshotId)
    const record = await changeRun(world, claim, (record) => settle(record, cause, signal, pace.clock.now()))
    return { outcome: outcomeOf(record), cause }
  } finally {
    stop.abort()
    await beating
  }
}

interface Progress {
  phase: 'planning' | 'extracting' | 'publishing'
  rows: number
  bytes: number
  estimate: number | null
}

async function copy(
  world: World<{ catalog: 'write'; objects: 'write'; sources: 'open' }>,
  claim: Claim,
  progress: Progress,
  signal: AbortSignal,
  { clock, partBytes }: Pace,
): Promise<TakeOutcome['outcome']> {
  const plan = await planSnapshot(world, claim, { clock, signal })
  const repeated = await repeatVersion(world, plan)
  if (repeated && plan.datasource.skipUnchanged) return await skip(world, claim, clock)
  progress.estimate = estimateOf(plan.partitions)
  progress.phase = 'extracting'
  const onProgress = ({ rows, bytes }: { rows: number; bytes: number }) => {
    progress.rows += rows
    progress.bytes += bytes
  }
  const at = { signal, partBytes, onProgress }
  const copied = repeated ?? (goesOn(plan) ? await continueVersion(world, plan, at) : await extractAll(world, plan, at))
  if (copied.isUnchanged && plan.datasource.skipUnchanged) return await skip(world, claim, clock)
  const fingerprint = await confirmFingerprint(world, plan, signal)
  signal.throwIfAborted()
  progress.phase = 'publishing'
  await publishSnapshot(world, { ...plan, fingerprint }, copied.extracted, { clock, continued: copied.continued })
  return 'done'
}

async function extractAll(
  world: World<{ objects: 'write'; sources: 'open' }>,
  plan: Plan,
  at: Extracting,
): Promise<Continuation> {
  const extracted: Extracted[] = []
  for (const partition of plan.partitions.keys()) extracted.push(await extractPartition(world, plan, partition, at))
  return { extracted, continued: fromNothing, isUnchanged: false }
}

/** Ends a snapshot that would copy what the version before holds already. */
async function skip(world: World<{ catalog: 'write' }>, claim: Claim, clock: Clock): Promise<TakeOutcome['outcome']> {
  const record = await changeRun(world, claim, ({ cancelRequested }) => ({
    ...ended(instant(clock.now())),
    ...(cancelRequested ? { state: 'cancelled' } : { state: 'skipped', because: 'unchanged', percent: 100 }),
  }))
  if (record === undefined) return 'lost'
  return record.state === 'cancelled' ? 'cancelled' : 'skipped'
}

/**
 * Shows that the worker lives and how far it is, until it is stopped; stops it where the claim is lost, where cancelling
 * is asked for, or where the record could not be written for so long that the worker counts as dead.
 */
async function beat(
  world: World<{ catalog: 'write' }>,
  claim: Claim,
  progress: Progress,
  stop: AbortController,
  { clock, heartbeatMs, staleMs }: Pace,
): Promise<void> {
  let seen = clock.now()
  while (!stop.signal.aborted) {
    try {
      await clock.sleep(heartbeatMs, stop.signal)
      const now = clock.now()
      const record = await changeRun(world, claim, () => ({ ...shown(progress), heartbeat: instant(now) }))
      if (record === undefined) stop.abort(new Fault('conflict', 'Another worker has taken this snapshot over.'))
      else if (record.cancelRequested) stop.abort(new Fault('cancelled', 'The snapshot was cancelled.'))
      seen = now
    } catch (thrown) {
      if (!stop.signal.aborted && clock.now() - seen >= staleMs) stop.abort(thrown)
    }
  }
}

const shown = ({ phase, rows, bytes, estimate }: Progress) => ({
  phase,
  rows,
  bytes,
  percent: estimate === null ? null : Math.min(99, Math.floor((100 * rows) / Math.max(1, estimate))),
})

/** What an attempt that did not publish leaves in the record. */
function settle(record: SnapshotRecord, cause: unknown, signal: AbortSignal, nowMs: number): Partial<SnapshotRecord> {
  const now = instant(nowMs)
  if (record.cancelRequested) return { ...ended(now), state: 'cancelled' }
  if (signal.aborted) return { state: 'pending', phase: 'queued', heartbeat: null }
  const fault = cause instanceof Fault ? cause : new Fault('internal', 'Something broke on our side.', { cause })
  return {
    ...ended(now),
    state: 'failed',
    error: { code: fault.code, detail: fault.detail, hint: fault.hint ?? null },
  }
}

function outcomeOf(record: SnapshotRecord | undefined): TakeOutcome['outcome'] {
  if (record === undefined) return 'lost'
  if (record.state === 'pending') return 'released'
  return record.state === 'cancelled' ? 'cancelled' : 'failed'
}
