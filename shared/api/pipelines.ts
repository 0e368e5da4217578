import * as z from 'zod'
import { Title } from '../domain/connector.ts'
import { PipelineRecord } from '../domain/pipeline.ts'
import { operation, page, paging } from './operation.ts'

const Pipeline = PipelineRecord.omit({ owner: true, archived: true }).meta({ id: 'Pipeline' })

const params = z.strictObject({
  id: z.string().min(1).max(63).meta({ description: 'The id, or `current` for that of the header.' }),
})

export const listPipelines = operation({
  method: 'GET',
  path: '/v1/pipelines',
  tag: 'Pipelines',
  summary: 'List your pipelines, the oldest first',
  role: 'editor',
  needs: { catalog: 'read' },
  query: z.strictObject(paging),
  reply: page(Pipeline),
  faults: [],
})

export const createPipeline = operation({
  method: 'POST',
  path: '/v1/pipelines',
  tag: 'Pipelines',
  summary: 'Create a pipeline: a scope of objects that go when it is archived',
  role: 'editor',
  needs: { catalog: 'write' },
  body: z.strictObject({
    title: Title.default('Pipeline'),
    days: z.int().min(1).max(3650).optional().meta({ description: 'After so many days it is archived by itself.' }),
  }),
  status: 201,
  reply: Pipeline,
  idempotent: true,
  faults: ['conflict'],
})

export const getPipeline = operation({
  method: 'GET',
  path: '/v1/pipelines/{id}',
  tag: 'Pipelines',
  summary: 'Get one pipeline',
  role: 'editor',
  needs: { catalog: 'read' },
  params,
  reply: Pipeline,
  faults: ['not-found', 'pipeline-required'],
})

export const archivePipeline = operation({
  method: 'DELETE',
  path: '/v1/pipelines/{id}',
  tag: 'Pipelines',
  summary: 'Archive a pipeline: its objects go, those of the scope user stay',
  role: 'editor',
  needs: { catalog: 'write', objects: 'writeOwn' },
  params,
  status: 204,
  reply: z.undefined(),
  faults: ['not-found', 'pipeline-required'],
})
