import { createPipeline as operation } from '../shared/api/pipelines.ts'
import { createPipeline } from '../shared/usecases/create-pipeline.ts'
import { serve } from './stack.ts'
import { catalog } from './world/catalog.ts'

/** POST /v1/pipelines */
export const handler = serve(operation, createPipeline, () => ({ catalog: catalog() }))
