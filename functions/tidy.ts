import * as z from 'zod'
import { resumeExports } from '../shared/exports/resume-exports.ts'
import { deliveriesId, tablesId } from '../shared/ports/events.ts'
import { wakeSchedules } from '../shared/schedules/wake-schedules.ts'
import { applyRetention } from '../shared/snapshots/apply-retention.ts'
import { resumeSnapshots } from '../shared/snapshots/resume-snapshots.ts'
import { sweepAttempts } from '../shared/snapshots/sweep-attempts.ts'
import { sweepUploads } from '../shared/snapshots/sweep-uploads.ts'
import { sweepPipelines } from '../shared/usecases/sweep-pipelines.ts'
import { describeError } from './describe-error.ts'
import { job } from './job.ts'
import { log } from './log.ts'
import { catalog } from './world/catalog.ts'
import { exports } from './world/exports.ts'
import { objects } from './world/objects.ts'
import { runs } from './world/runs.ts'
import { schedules } from './world/schedules.ts'

const Event = z.object({ task: z.enum(['resume', 'retain', 'sweep']) })

/** By then Lambda has given a lost start up, and a worker that still lives has shown itself many times. */
const resumedAfterMs = 10 * 60_000
/** By then EventBridge Scheduler has woken what is due. */
const wokenAfterMs = 5 * 60_000
const sweptAfterMs = 24 * 60 * 60_000

/**
 * What has to be done now and then, by a schedule: starting again what died, waking what was not woken, ending what is over, letting versions go,
 * and deleting what was left.
 */
export const handler = job(async (event: unknown): Promise<void> => {
  const { task } = Event.parse(event)
  if (task === 'resume') {
    const done = await resumeSnapshots({ catalog: catalog(), runs: runs() }, { olderThanMs: resumedAfterMs })
    log('info', 'Started snapshots again', { ...done })
    const remade = await resumeExports({ catalog: catalog(), exports: exports() }, { olderThanMs: resumedAfterMs })
    log('info', 'Started exports again', { ...remade })
    await wakeSchedules(
      { catalog: catalog(), runs: runs(), schedules: schedules() },
      {
        overdueMs: wokenAfterMs,
        onFailure: (datasource, thrown) =>
          log('error', 'A schedule was not woken', { datasource, cause: describeError(thrown) }),
      },
    )
    await sweepPipelines({ catalog: catalog(), objects: objects() })
    // should the stream have brought nothing
    for (const id of [deliveriesId, tablesId]) await schedules().set(id, Date.now())
  } else if (task === 'retain') {
    const done = await applyRetention({ catalog: catalog(), objects: objects() })
    log('info', 'Did what the retentions say', { ...done })
  } else {
    const done = await sweepAttempts({ catalog: catalog(), objects: objects() }, { olderThanMs: sweptAfterMs })
    log('info', 'Deleted what attempts left', { ...done })
    const uploads = await sweepUploads({ catalog: catalog(), objects: objects() }, { olderThanMs: sweptAfterMs })
    log('info', 'Deleted uploaded files of which there are newer ones', { ...uploads })
  }
})
