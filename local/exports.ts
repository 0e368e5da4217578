import { setTimeout as sleep } from 'node:timers/promises'
import { isExportEnded } from '../shared/domain/exporter.ts'
import { findExport } from '../shared/exports/export-record.ts'
import { resumeExports } from '../shared/exports/resume-exports.ts'
import { runExport } from '../shared/exports/run-export.ts'
import type { World } from '../shared/ports/index.ts'
import type { Exports } from '../shared/ports/runs.ts'
import { steadyPace } from '../shared/snapshots/pace.ts'
import type { Log } from './log.ts'

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
  const waiting = new Set<string>()
  const working = new Map<string, Promise<void>>()
  const stopping = new AbortController()

  /** Works at an export until it has ended. A worker that died just now still counts as alive: then it waits. */
  const finish = async (id: string) => {
    while (!stopping.signal.aborted) {
      const { outcome, cause } = await runExport(world, id, { stop: stopping.signal })
      if (cause !== undefined && outcome === 'failed')
        log({ export: id, code: (cause as { code?: unknown }).code ?? 'internal', cause })
      if (outcome !== 'idle') return
      if (isExportEnded((await findExport(world, id)).value.state)) return
      await sleep(steadyPace.heartbeatMs, undefined, { signal: stopping.signal })
    }
  }
  const takeUp = () => {
    for (const id of waiting) {
      if (working.size >= atOnce || stopping.signal.aborted) return
      waiting.delete(id)
      const work = finish(id)
        .catch((cause: unknown) => {
          if (!stopping.signal.aborted) log({ export: id, code: 'internal', cause })
        })
        .finally(() => {
          working.delete(id)
          takeUp()
        })
      working.set(id, work)
    }
  }
  const start = async (id: string) => {
    if (working.has(id)) return
    waiting.add(id)
    takeUp()
  }
  return {
    start,
    async resume() {
      await resumeExports({ catalog: world.catalog, exports: { start } }, { olderThanMs: 0 })
    },
    async stop() {
      stopping.abort()
      await Promise.all(working.values())
    },
  }
}
