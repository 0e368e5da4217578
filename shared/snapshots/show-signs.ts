import { Fault } from '../domain/faults.ts'
import type { SnapshotProgress, SnapshotRecord } from '../domain/snapshot.ts'
import type { Claim } from '../domain/work.ts'
import type { World } from '../ports/index.ts'
import { partitionsOf } from '../ports/work-records.ts'
import { instant, type Pace } from './pace.ts'
import { findSnapshot, isHeld, replaced } from './run-record.ts'
import { firstOf } from './together.ts'

export interface Signs {
  readonly phase: 'planning' | 'extracting' | 'publishing'
  readonly signal: AbortSignal
  readonly pace: Pace
  /** What the worker itself has to do at each sign. What it throws ends the work. */
  readonly onSign?: () => Promise<void>
}

/**
 * Runs work at a claimed snapshot, and shows meanwhile that somebody lives and how far the work is. Stops the work, by
 * its signal, where the claim is lost (fault conflict), where cancelling is asked for (fault cancelled), or where no sign
 * could be shown for so long that the worker counts as dead.
 */
export async function showSigns<T>(
  world: World<{ catalog: 'write' }>,
  claim: Claim,
  { phase, signal, pace, onSign }: Signs,
  run: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const { clock, heartbeatMs, staleMs } = pace
  const stop = new AbortController()
  const over = new AbortController()
  const signs = async () => {
    let seen = clock.now()
    while (!over.signal.aborted && !stop.signal.aborted) {
      try {
        await clock.sleep(heartbeatMs, over.signal)
        await onSign?.()
        await sign(world, claim, phase, pace)
        seen = clock.now()
      } catch (thrown) {
        if (over.signal.aborted) return
        const isFinal = thrown instanceof Fault && finalCodes.has(thrown.code)
        if (isFinal || clock.now() - seen >= staleMs) stop.abort(thrown)
      }
    }
  }
  const showing = signs()
  try {
    return await run(AbortSignal.any([signal, stop.signal]))
  } catch (thrown) {
    throw stop.signal.aborted ? stop.signal.reason : thrown
  } finally {
    over.abort(ended)
    await showing
  }
}

/** A reason that costs nothing: nobody reads it. */
const ended = 'ended'

const finalCodes = new Set<string>(['conflict', 'cancelled', 'source-changed'])

/** One sign of life, made by whoever of the workers comes first. */
async function sign(world: World<{ catalog: 'write' }>, claim: Claim, phase: Signs['phase'], pace: Pace) {
  const { value: record, revision } = await findSnapshot(world, claim.snapshot)
  if (!isHeld(record, claim.attempt)) throw new Fault('conflict', 'Another worker has taken this snapshot over.')
  if (record.cancelRequested) throw new Fault('cancelled', 'The snapshot was cancelled.')
  const now = pace.clock.now()
  const isRecent = record.heartbeat !== null && now - Date.parse(record.heartbeat) < pace.heartbeatMs * 0.6
  if (isRecent && record.phase === phase) return
  const far = phase === 'extracting' ? await howFar(world, claim, record, now) : {}
  await replaced(world, claim.snapshot, { ...record, ...far, phase, heartbeat: instant(now) }, revision)
  const first = firstOf(claim)
  if (first.snapshot !== claim.snapshot) await showFirst(world, first, pace)
}

/** That somebody works at snapshots that are taken together, whichever of them it is: its first one shows it. */
async function showFirst(world: World<{ catalog: 'write' }>, { snapshot, attempt }: Claim, pace: Pace) {
  const { value: record, revision } = await findSnapshot(world, snapshot)
  if (!isHeld(record, attempt)) throw new Fault('conflict', 'Another worker has taken this snapshot over.')
  const now = pace.clock.now()
  if (record.heartbeat !== null && now - Date.parse(record.heartbeat) < pace.heartbeatMs * 0.6) return
  await replaced(world, snapshot, { ...record, heartbeat: instant(now) }, revision)
}

/** Shows how far a snapshot is at which nobody may be working any more, while others of its group are not so far. */
export async function showFar(world: World<{ catalog: 'write' }>, claim: Claim, { clock }: Pace): Promise<void> {
  const { value: record, revision } = await findSnapshot(world, claim.snapshot)
  if (!isHeld(record, claim.attempt)) return
  await replaced(world, claim.snapshot, { ...record, ...(await howFar(world, claim, record, clock.now())) }, revision)
}

async function howFar(
  { catalog }: World<{ catalog: 'read' }>,
  claim: Claim,
  { progress }: SnapshotRecord,
  now: number,
): Promise<Partial<SnapshotRecord>> {
  const { partitions, expected } = progress ?? { partitions: 1, expected: null }
  const { entries } = await catalog.list(partitionsOf(claim), { limit: 1000 })
  const sum = (of: (value: (typeof entries)[number]['value']) => number) =>
    entries.reduce((all, { value }) => all + of(value), 0)
  const rows = sum((value) => value.rows)
  const done = entries.filter(({ value }) => value.state === 'done').length
  const elapsedMs = now - Math.min(now, ...entries.map(({ value }) => value.begun))
  // where nobody knows how many rows there are, partitions are counted
  const byPartitions = partitions > 1 ? done / partitions : null
  const share = expected === null ? byPartitions : Math.min(1, rows / Math.max(1, expected))
  const shown: SnapshotProgress = {
    partitions,
    expected,
    done,
    running: entries
      .filter(({ value }) => value.state === 'running')
      .slice(0, 64)
      .map(({ id, value: { tries, rows, bytes } }) => ({ partition: Number(id), tries, rows, bytes })),
    rowsPerSecond: elapsedMs < 1000 ? null : Math.round(rows / (elapsedMs / 1000)),
    secondsLeft: elapsedMs < 1000 || !share ? null : Math.round((elapsedMs * (1 - share)) / share / 1000),
  }
  const percent = share === null ? null : Math.min(99, Math.floor(100 * share))
  return { rows, bytes: sum((value) => value.bytes), percent, progress: shown }
}
