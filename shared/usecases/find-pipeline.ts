import type { Caller } from '../domain/caller.ts'
import { Fault } from '../domain/faults.ts'
import type { PipelineRecord } from '../domain/pipeline.ts'
import type { CatalogReader, Entry } from '../ports/catalog.ts'
import { pipelineId, pipelines } from '../ports/store-records.ts'

/**
 * A caller's own pipeline by its id; `current` is that of the header. Faults: not-found (one that is being archived
 * among them, unless `archiving` is asked for), pipeline-required.
 */
export async function findPipeline(
  catalog: CatalogReader,
  id: string,
  { caller, pipeline, archiving = false }: { caller: Caller; pipeline?: string | undefined; archiving?: boolean },
): Promise<Entry<PipelineRecord>> {
  const wanted = id === 'current' ? pipeline : id
  if (wanted === undefined || wanted === '')
    throw new Fault('pipeline-required', 'No pipeline is current.', {
      hint: 'Send `Headgate-Pipeline: <id>`; POST /v1/pipelines makes one.',
    })
  const found = await catalog.get(pipelines, pipelineId(caller.id, wanted))
  const { state, expires } = found?.value ?? {}
  const isActive = state === 'active' && !(expires && expires <= new Date().toISOString())
  if (found && (isActive || (archiving && state !== 'archived'))) return found
  throw new Fault('not-found', `There is no pipeline ${JSON.stringify(wanted.slice(0, 63))}.`, {
    hint: 'GET /v1/pipelines lists yours.',
  })
}
