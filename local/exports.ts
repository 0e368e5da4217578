import { setTimeout as sleep } from 'node:timers/promises'
import { isExportEnded } from '../shared/domain/exporter.ts'
import { findExport } from '../shared/exports/export-record.ts'
import { resumeExports } from '../shared/exports/resume-exports.ts'
import { runExport } from '../shared/exports/run-export.ts'
import type { World } from '../shared/ports/index.ts'
import type { Exports } from '../shared/ports/runs.ts'
import { steadyPace } from '../shared/snapshots/pace.ts'
import type { Log } from './log.ts'
import { inTurns } from './turns.ts'

export interface LocalExports extends Exports {
  /** Takes up what an earlier process left unfinished. */
  resume(): Promise<void>
  /** Gives back what is under way, to be begun anew at the next start; what is at its last step is waited for. */
  stop(): Promise<void>
}

/** Exports made at once; the others wait their turn. */
const atOnce = 2

/** Makes exports in this process. */
export function createLocalExports(
  world: World<{ catalog: 'write'; objects: 'read'; sources: 'write' }>,
  log: Log,
): LocalExports {
  /** What an earlier process left: this one has the data folder to itself. */
  const left = new Set<string>()
  /** Works at an export until it has ended. A worker that died just now still counts as alive: then it waits. */
  const work = async (id: string, stop: AbortSignal) => {
    while (!stop.aborted) {
      const { outcome, cause } = await runExport(world, id, { stop, isLeft: left.delete(id) })
      if (cause !== undefined && outcome === 'failed')
        log({ export: id, code: (cause as { code?: unknown }).code ?? 'internal', cause })
      if (outcome !== 'idle' && outcome !== 'released') return
      if (isExportEnded((await findExport(world, id)).value.state)) return
      await sleep(steadyPace.heartbeatMs, undefined, { signal: stop })
    }
  }
  const { start, stop, isWorkingAt } = inTurns({ atOnce, what: 'export', work, log })
  return {
    start,
    stop,
    async resume() {
      const takeUp = async (id: string) => {
        if (!isWorkingAt(id)) left.add(id)
        await start(id)
      }
      await resumeExports({ catalog: world.catalog, exports: { start: takeUp } }, { olderThanMs: 0 })
    },
  }
}
