import { listPipelines as operation } from '../shared/api/pipelines.ts'
import { listPipelines } from '../shared/usecases/list-pipelines.ts'
import { serve } from './stack.ts'
import { catalog } from './world/catalog.ts'

/** GET /v1/pipelines */
export const handler = serve(operation, listPipelines, () => ({ catalog: catalog() }))
