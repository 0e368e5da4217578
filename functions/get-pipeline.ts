import { getPipeline as operation } from '../shared/api/pipelines.ts'
import { getPipeline } from '../shared/usecases/get-pipeline.ts'
import { serve } from './stack.ts'
import { catalog } from './world/catalog.ts'

/** GET /v1/pipelines/{id} */
export const handler = serve(operation, getPipeline, () => ({ catalog: catalog() }))
