import type { UseCase } from '../api/operation.ts'
import type * as api from '../api/pipelines.ts'
import type { PipelineRecord } from '../domain/pipeline.ts'
import { pipelineId, pipelines } from '../ports/store-records.ts'
import { ulid } from '../snapshots/ulid.ts'
import { showPipeline } from './show-pipeline.ts'

export const createPipeline: UseCase<typeof api.createPipeline> = async ({ catalog }, { caller, body }) => {
  const now = Date.now()
  const record: PipelineRecord = {
    id: `p-${ulid(now)}`,
    owner: caller.id,
    title: body.title,
    state: 'active',
    created: new Date(now).toISOString(),
    expires: body.days === undefined ? null : new Date(now + body.days * 86_400_000).toISOString(),
    archived: null,
  }
  await catalog.write([{ create: pipelines, id: pipelineId(caller.id, record.id), value: record }])
  return { body: showPipeline(record), location: `/v1/pipelines/${record.id}` }
}
