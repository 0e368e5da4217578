import { setTimeout as sleep } from 'node:timers/promises'
import { isEnded } from '../shared/domain/snapshot.ts'
import type { Entry } from '../shared/ports/catalog.ts'
import { datasources, snapshotsOf } from '../shared/ports/dataset-records.ts'
import type { World } from '../shared/ports/index.ts'
import type { Runs } from '../shared/ports/runs.ts'
import { applyRetention } from '../shared/snapshots/apply-retention.ts'
import { steadyPace } from '../shared/snapshots/pace.ts'
import { findSnapshot } from '../shared/snapshots/run-record.ts'
import { sweepAttempts } from '../shared/snapshots/sweep-attempts.ts'
import { sweepUploads } from '../shared/snapshots/sweep-uploads.ts'
import { takeSnapshot } from '../shared/snapshots/take-snapshot.ts'
import { findStarter } from '../shared/snapshots/together.ts'
import type { Log } from './log.ts'
import { inTurns } from './turns.ts'

export interface LocalRuns extends Runs {
  /** Takes up what an earlier process left unfinished; now and every hour lets versions go and sweeps what is left. */
  resume(): Promise<void>
  /** Gives back what is under way, to be taken up at the next start. */
  stop(): Promise<void>
}

type Needed = World<{ catalog: 'write'; objects: 'write'; sources: 'open' }>

/** Snapshots taken at once; the others wait their turn. */
const atOnce = 2
const tidiedEveryMs = 60 * 60 * 1000
const sweptAfterMs = 24 * 60 * 60 * 1000

/** Takes snapshots in this process. */
export function createLocalRuns(world: Needed, log: Log): LocalRuns {
  /** Works at a snapshot until it has ended. A worker that died just now still counts as alive: then it waits. */
  const work = async (id: string, stop: AbortSignal) => {
    while (!stop.aborted) {
      const { outcome, cause } = await takeSnapshot(world, id, stop)
      if (cause !== undefined && outcome === 'failed') log({ snapshot: id, ...told(cause) })
      if (outcome !== 'idle') return
      const { value } = await findSnapshot(world, id)
      if (isEnded(value.state)) return
      await sleep(steadyPace.heartbeatMs, undefined, { signal: stop })
    }
  }

  const turns = inTurns({ atOnce, what: 'snapshot', work, log })
  const { start } = turns

  const tidy = async () => {
    await applyRetention(world)
    await sweepAttempts(world, { olderThanMs: sweptAfterMs })
    await sweepUploads(world, { olderThanMs: sweptAfterMs })
  }
  let timer: NodeJS.Timeout | undefined

  return {
    start,
    async resume() {
      for await (const { id: datasource } of all(world.catalog, datasources))
        for await (const entry of all(world.catalog, snapshotsOf(datasource)))
          if (!isEnded(entry.value.state) && !entry.value.waits) await start((await findStarter(world, entry)).id)
      await tidy()
      timer = setInterval(() => void tidy().catch((cause) => log({ code: 'internal', cause })), tidiedEveryMs).unref()
    },
    async stop() {
      clearInterval(timer)
      await turns.stop()
    },
  }
}

const told = (cause: unknown) => ({ code: (cause as { code?: unknown }).code ?? 'internal', cause })

async function* all<T>(
  catalog: Needed['catalog'],
  collection: Parameters<typeof catalog.list<T>>[0],
): AsyncGenerator<Entry<T>> {
  for (let after: string | undefined; ; ) {
    const page = await catalog.list(collection, { limit: 500, ...(after !== undefined && { after }) })
    yield* page.entries
    if (page.next === null) return
    after = page.next
  }
}
