import { type ExportRecord, isExportEnded } from '../domain/exporter.ts'
import { Fault, faults } from '../domain/faults.ts'
import type { World } from '../ports/index.ts'
import { instant } from '../snapshots/pace.ts'
import { toldFault } from '../snapshots/run-record.ts'
import { discardBeside, discardLeft } from './discard-beside.ts'
import { type ExportPace, steadyExportPace } from './export-pace.ts'
import {
  besideShown,
  changeExport,
  claimExport,
  ended,
  failed,
  isUnclear,
  logged,
  takenOver,
  triesOf,
  unclear,
} from './export-record.ts'
import { showExportSigns } from './show-export-signs.ts'
import { type Count, writeVersion } from './write-version.ts'

/**
 * How the work of one worker at one export ended. `idle`: there was nothing to do. `lost`: another one took it over.
 * `released`: another worker is to go
 * on: it was told to stop, its time was over, or what went wrong may pass. `cause`: what was thrown, for logs.
 */
export interface ExportOutcome {
  readonly outcome: 'done' | 'failed' | 'cancelled' | 'idle' | 'lost' | 'released'
  readonly cause?: unknown
}

export interface ExportEnds {
  /** Aborting gives the export back, to be begun anew by another worker. */
  readonly stop?: AbortSignal
  /** Aborting gives it to another worker where it came further, and fails it otherwise, as what takes longer than one may. */
  readonly late?: AbortSignal
  /** Whoever was at it is known to be dead: nobody waits for that to show. */
  readonly isLeft?: boolean
  readonly pace?: ExportPace
}

/**
 * Makes the export of that id: claims it, writes the version, and shows what is written by one step that only the holder
 * of the claim takes; from that step on no end is heeded. May be started twice, and may die anywhere. Failures at the
 * source end in the record, not in a throw.
 */
export async function runExport(
  world: World<{ catalog: 'write'; objects: 'read'; sources: 'write' }>,
  id: string,
  { stop, late, isLeft = false, pace = steadyExportPace }: ExportEnds = {},
): Promise<ExportOutcome> {
  const claimed = await claimExport(world, id, isLeft ? { ...pace, staleMs: 0 } : pace)
  if (claimed === undefined) {
    await discardLeft(world, id)
    return { outcome: 'idle' }
  }
  const count: Count = { rows: claimed.rows, bytes: 0 }
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
    if (shown === undefined) throw takenOver()
    if (shown.phase !== 'showing') throw new Fault('cancelled', 'The export was cancelled.')
  }
  const signs = showExportSigns(world, claimed, { count, abort, pace })
  try {
    const { rows } = await writeVersion(world, claimed, { count, ready, abort, signal: work.signal, pace })
    await signs.end()
    const beside = await discardBeside(world, claimed)
    const now = instant(pace.clock.now())
    const done = await changeExport(world, claimed, (record) => ({
      ...ended('done', now),
      ...count,
      rows,
      percent: 100,
      beside,
      log: logged(record, now, `${rows} rows are in ${record.target}.`),
    }))
    return { outcome: done === undefined ? 'lost' : 'done' }
  } catch (thrown) {
    await signs.end()
    const cause = work.signal.aborted ? work.signal.reason : thrown
    const end = { cause, isStopped: stop?.aborted ?? false, isLate: late?.aborted ?? false, pace }
    const held = await changeExport(world, claimed, () => ({ heartbeat: instant(pace.clock.now()) }))
    const isOver = held !== undefined && isExportEnded(settle(held, end).state)
    const beside = isOver ? await discardBeside(world, claimed) : undefined
    const settled = await changeExport(world, claimed, (record) => ({
      ...settle(record, end),
      ...(isOver && { beside }),
    }))
    return { outcome: outcomeOf(settled), cause }
  } finally {
    stop?.removeEventListener('abort', onStop)
    late?.removeEventListener('abort', onLate)
  }
}

interface AttemptEnd {
  readonly cause: unknown
  readonly isStopped: boolean
  readonly isLate: boolean
  readonly pace: ExportPace
}

/** What an attempt that showed nothing leaves in the record; and one of which nobody knows. */
function settle(record: ExportRecord, { cause, isStopped, isLate, pace }: AttemptEnd) {
  const now = instant(pace.clock.now())
  const isShowing = record.phase === 'showing'
  if (!isShowing && record.cancelRequested)
    return { ...ended('cancelled', now), log: logged(record, now, 'It was cancelled: nothing of it can be seen.') }
  const released = { state: 'pending', phase: 'queued', heartbeat: null, beside: besideShown(record) } as const
  if (!isShowing && isStopped) return { ...released, log: logged(record, now, 'It was given back.') }
  if (record.beside !== undefined && isWorthAnother(record, { cause, isLate, pace })) {
    const { rows } = record.beside
    const because = isLate ? '' : ` ${toldFault(cause).detail}`
    return { ...released, log: logged(record, now, `${rows} rows are beside: another worker goes on.${because}`) }
  }
  // where the source answered that last step by a refusal, everybody knows
  if (isUnclear(record) && isLostAnswer(cause)) return failed(record, unclear(record), now)
  return failed(record, toldFault(cause), now)
}

/** Whether another worker may come further than this one, or find out what became of its last step. */
function isWorthAnother(record: ExportRecord, { cause, isLate, pace }: Omit<AttemptEnd, 'isStopped'>): boolean {
  if (isLate) return record.beside?.attempt === record.attempt
  return faults[toldFault(cause).code].retry !== 'never' && triesOf(record) < pace.attempts
}

const isLostAnswer = (cause: unknown): boolean =>
  !(cause instanceof Fault) || cause.code === 'source-unreachable' || cause.code === 'source-timeout'

function outcomeOf(record: ExportRecord | undefined): ExportOutcome['outcome'] {
  if (record === undefined) return 'lost'
  if (record.state === 'pending') return 'released'
  return record.state === 'cancelled' ? 'cancelled' : 'failed'
}

const stopped = (): Fault => new Fault('cancelled', 'The worker was told to stop.')

const tooLong = (): Fault =>
  new Fault('source-timeout', 'The export took longer than a worker may.', {
    hint: 'A worker has 15 minutes on AWS, and as long as it takes on one machine: export less at once, or each part as a file.',
  })
