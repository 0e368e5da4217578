import type { ExportRecord } from '../domain/exporter.ts'
import { Fault } from '../domain/faults.ts'
import type { World } from '../ports/index.ts'
import { instant, type Pace } from '../snapshots/pace.ts'
import { changeExport, takenOver } from './export-record.ts'
import type { Count } from './write-version.ts'

interface Signs {
  readonly count: Count
  readonly abort: (reason: unknown) => void
  readonly pace: Pace
}

/**
 * Shows, until it is ended, that somebody lives and how far the work is. Aborts it where the claim is lost, where
 * cancelling is asked for, or where no sign could be shown for so long that the worker counts as dead.
 */
export function showExportSigns(
  world: World<{ catalog: 'write' }>,
  claimed: ExportRecord,
  { count, abort, pace: { clock, heartbeatMs, staleMs } }: Signs,
): { end(): Promise<void> } {
  const over = new AbortController()
  const signs = async () => {
    let seen = clock.now()
    while (!over.signal.aborted) {
      try {
        await clock.sleep(heartbeatMs, over.signal)
        const now = clock.now()
        const record = await changeExport(world, claimed, () => ({
          rows: count.rows,
          bytes: count.bytes,
          percent: percentOf(count),
          heartbeat: instant(now),
        }))
        if (record === undefined) return abort(takenOver())
        if (record.cancelRequested) return abort(new Fault('cancelled', 'The export was cancelled.'))
        seen = now
      } catch (thrown) {
        if (over.signal.aborted) return
        if (clock.now() - seen >= staleMs) return abort(thrown)
      }
    }
  }
  const showing = signs()
  return {
    async end() {
      over.abort('ended')
      await showing
    },
  }
}

const percentOf = ({ rows, bytes, of }: Count): number | null => {
  if (of === undefined) return null
  const part = of.unit === 'rows' ? rows : bytes
  return Math.min(99, Math.floor((100 * part) / Math.max(1, of.all)))
}
