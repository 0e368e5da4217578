import { archivePipeline as operation } from '../shared/api/pipelines.ts'
import { archivePipeline } from '../shared/usecases/archive-pipeline.ts'
import { serve } from './stack.ts'
import { catalog } from './world/catalog.ts'
import { ownObjects } from './world/own-objects.ts'

/** DELETE /v1/pipelines/{id} */
export const handler = serve(operation, archivePipeline, (caller) => ({
  catalog: catalog(),
  objects: ownObjects(caller),
}))
