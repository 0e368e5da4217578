import type { ExportRecord } from '../domain/exporter.ts'
import { Fault } from '../domain/faults.ts'
import type { World } from '../ports/index.ts'
import { instant, type Pace, steadyPace } from '../snapshots/pace.ts'
import { toldFault } from '../snapshots/run-record.ts'
import { changeExport, claimExport, ended, failed, isUnclear, logged, unclear } from './export-record.ts'
import { showExportSigns } from './show-export-signs.ts'
import { type Count, writeVersion } from './write-version.ts'

/**
 * How the work of one worker at one export ended. `idle`: there was nothing to do. `lost`: another one took it over.
 * `released`: it was told to stop; whoever starts it next begins anew. `cause`: what was thrown, for logs.
 */
export interface ExportOutcome {
  readonly outcome: 'done' | 'failed' | 'cancelled' | 'idle' | 'lost' | 'released'
  readonly cause?: unknown
}

export interface ExportEnds {
  /** Aborting gives the export back, to be begun anew by another worker. */
  readonly stop?: AbortSignal
  /** Aborting fails it, as what takes longer than a worker may. */
  readonly late?: AbortSignal
  /** Whoever was at it is known to be dead: nobody waits for that to show. */
  readonly isLeft?: boolean
  readonly pace?: Pace
}

/**
 * Makes the export of that id: claims it, writes the version, and shows what is written by one step that only the holder
 * of the claim takes; from that step on no end is heeded. May be started twice, and may die anywhere. Failures at the
 * source end in the record, not in a throw.
 */
export async function runExport(
  world: World<{ catalog: 'write'; objects: 'read'; sources: 'write' }>,
  id: string,
  { stop, late, isLeft = false, pace = steadyPace }: ExportEnds = {},
): Promise<ExportOutcome> {
  const claimed = await claimExport(world, id, isLeft ? { ...pace, staleMs: 0 } : pace)
  if (claimed === undefined) return { outcome: 'idle' }
  const count: Count = { rows: 0, bytes: 0 }
  const work = new AbortController()
  let isShowing = false
  const abort = (reason: unknown) => {
    if (!isShowing) work.abort(reason)
  }
  const onStop = () => abort(stopped())
  const onLate = () => abort(tooLong())
  stop?.addEventListener('abort', onStop, { once: true })
  late?.addEventListener('abort', onLate, { once: true })
  if (stop?.aborted) onStop()
  if (late?.aborted) onLate()

  /** The last moment at which it can be given up: from now on whoever looks knows that it may be seen. */
  const ready = async () => {
    work.signal.throwIfAborted()
    isShowing = true
    const shown = await changeExport(world, claimed, ({ cancelRequested }) =>
      cancelRequested ? {} : { phase: 'showing', ...count, heartbeat: instant(pace.clock.now()) },
    )
    if (shown === undefined) throw lost()
    if (shown.phase !== 'showing') throw new Fault('cancelled', 'The export was cancelled.')
  }
  const signs = showExportSigns(world, claimed, { count, abort, pace })
  try {
    const { rows } = await writeVersion(world, claimed, { count, ready, abort, signal: work.signal, pace })
    await signs.end()
    const now = instant(pace.clock.now())
    const done = await changeExport(world, claimed, (record) => ({
      ...ended('done', now),
      ...count,
      rows,
      percent: 100,
      log: logged(record, now, `${rows} rows are in ${record.target}.`),
    }))
    return { outcome: done === undefined ? 'lost' : 'done' }
  } catch (thrown) {
    await signs.end()
    const cause = work.signal.aborted ? work.signal.reason : thrown
    const settled = await changeExport(world, claimed, (record) => settle(record, cause, stop, pace))
    return { outcome: outcomeOf(settled), cause }
  } finally {
    stop?.removeEventListener('abort', onStop)
    late?.removeEventListener('abort', onLate)
  }
}

/** What an attempt that showed nothing leaves in the record; and one of which nobody knows. */
function settle(record: ExportRecord, cause: unknown, stop: AbortSignal | undefined, { clock }: Pace) {
  const now = instant(clock.now())
  if (record.phase !== 'showing' && record.cancelRequested)
    return { ...ended('cancelled', now), log: logged(record, now, 'It was cancelled: nothing of it can be seen.') }
  if (record.phase !== 'showing' && stop?.aborted)
    return {
      state: 'pending',
      phase: 'queued',
      heartbeat: null,
      log: logged(record, now, 'It was given back.'),
    } as const
  // where the source answered that last step by a refusal, everybody knows
  if (isUnclear(record) && isLostAnswer(cause)) return failed(record, unclear(record), now)
  return failed(record, toldFault(cause), now)
}

const isLostAnswer = (cause: unknown): boolean =>
  !(cause instanceof Fault) || cause.code === 'source-unreachable' || cause.code === 'source-timeout'

function outcomeOf(record: ExportRecord | undefined): ExportOutcome['outcome'] {
  if (record === undefined) return 'lost'
  if (record.state === 'pending') return 'released'
  return record.state === 'cancelled' ? 'cancelled' : 'failed'
}

const stopped = (): Fault => new Fault('cancelled', 'The worker was told to stop.')

const lost = (): Fault => new Fault('conflict', 'Another worker has taken this export over.')

const tooLong = (): Fault =>
  new Fault('source-timeout', 'The export took longer than a worker may.', {
    hint: 'Export less at once: a worker has 15 minutes on AWS, and as long as it takes on one machine.',
  })
