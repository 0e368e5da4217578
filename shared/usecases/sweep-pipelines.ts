import { isFault } from '../domain/faults.ts'
import type { PipelineRecord } from '../domain/pipeline.ts'
import type { Entry } from '../ports/catalog.ts'
import type { World } from '../ports/index.ts'
import { pipelineId, pipelines } from '../ports/store-records.ts'
import { clearObjects } from './clear-objects.ts'
import { pipelineRoot } from './own-scope.ts'

type Writing = World<{ catalog: 'write'; objects: 'write' }>

/** How long after its archiving a writer that began before may still put something. */
const lateWriterMs = 60 * 60 * 1000

/** Ends what has expired, goes on with what was not ended, and forgets what was ended an hour ago. */
export async function sweepPipelines(world: Writing, signal?: AbortSignal, now = Date.now()): Promise<void> {
  for (let after: string | undefined; ; ) {
    const page = await world.catalog.list(pipelines, { limit: 100, ...(after !== undefined && { after }) })
    for (const entry of page.entries) {
      const { state, expires, archived } = entry.value
      const isOver = expires !== null && expires <= new Date(now).toISOString()
      if (state === 'archiving' || (state === 'active' && isOver)) await endPipeline(world, entry, signal)
      if (state === 'archived' && Date.parse(archived!) + lateWriterMs < now) await forget(world, entry, signal)
    }
    if (page.next === null) return
    after = page.next
  }
}

/** Archives a pipeline: first it is marked, so that nothing new comes in, then its objects go. */
export async function endPipeline(world: Writing, entry: Entry<PipelineRecord>, signal?: AbortSignal): Promise<void> {
  const { value } = entry
  const archived = value.archived ?? new Date().toISOString()
  const revision =
    value.state === 'active' ? await write(world, entry, { ...value, state: 'archiving', archived }) : entry.revision
  await clearObjects(world.objects, pipelineRoot(value.owner, value.id), signal)
  await write(world, { ...entry, revision }, { ...value, state: 'archived', archived })
}

async function forget(world: Writing, { id, value, revision }: Entry<PipelineRecord>, signal?: AbortSignal) {
  await clearObjects(world.objects, pipelineRoot(value.owner, value.id), signal)
  await world.catalog.write([{ delete: pipelines, id, revision }]).catch(unlessCrossed)
}

/** Another who archives the same pipeline is as good. */
async function write(world: Writing, { revision }: Entry<PipelineRecord>, value: PipelineRecord): Promise<number> {
  const id = pipelineId(value.owner, value.id)
  await world.catalog.write([{ replace: pipelines, id, value, revision }]).catch(unlessCrossed)
  return revision + 1
}

function unlessCrossed(thrown: unknown): void {
  if (!isFault(thrown, 'precondition-failed') && !isFault(thrown, 'not-found')) throw thrown
}
