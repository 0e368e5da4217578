import * as z from 'zod'
import { resumeSnapshots } from '../shared/snapshots/resume-snapshots.ts'
import { sweepAttempts } from '../shared/snapshots/sweep-attempts.ts'
import { sweepPipelines } from '../shared/usecases/sweep-pipelines.ts'
import { job } from './job.ts'
import { log } from './log.ts'
import { catalog } from './world/catalog.ts'
import { objects } from './world/objects.ts'
import { runs } from './world/runs.ts'

const Event = z.object({ task: z.enum(['resume', 'sweep']) })

/** By then Lambda has given a lost start up, and a worker that still lives has shown itself many times. */
const resumedAfterMs = 10 * 60_000
const sweptAfterMs = 24 * 60 * 60_000

/**
 * What has to be done now and then, by a schedule: starting again what died, ending what is over, and deleting what both
 * left.
 */
export const handler = job(async (event: unknown): Promise<void> => {
  const { task } = Event.parse(event)
  if (task === 'resume') {
    const done = await resumeSnapshots({ catalog: catalog(), runs: runs() }, { olderThanMs: resumedAfterMs })
    log('info', 'Started snapshots again', { ...done })
    await sweepPipelines({ catalog: catalog(), objects: objects() })
  } else {
    const done = await sweepAttempts({ catalog: catalog(), objects: objects() }, { olderThanMs: sweptAfterMs })
    log('info', 'Deleted what attempts left', { ...done })
  }
})
