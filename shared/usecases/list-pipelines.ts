import type { UseCase } from '../api/operation.ts'
import type * as api from '../api/pipelines.ts'
import { pipelineId, pipelines } from '../ports/store-records.ts'
import { listPage } from './list-page.ts'
import { showPipeline } from './show-pipeline.ts'

export const listPipelines: UseCase<typeof api.listPipelines> = async ({ catalog }, { caller, limit, cursor }) => {
  const prefix = pipelineId(caller.id, '')
  const { entries, next } = await listPage(
    catalog,
    pipelines,
    { limit, cursor, prefix },
    ({ value }) => value.state !== 'archived',
  )
  return { body: { items: entries.map(({ value }) => showPipeline(value)), next } }
}
