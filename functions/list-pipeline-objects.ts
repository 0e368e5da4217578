import { listPipelineObjects as operation } from '../shared/api/objects.ts'
import { listPipelineObjects } from '../shared/usecases/list-pipeline-objects.ts'
import { serve } from './stack.ts'
import { catalog } from './world/catalog.ts'
import { ownObjects } from './world/own-objects.ts'

/** GET /v1/objects/pipelines/{id} */
export const handler = serve(operation, listPipelineObjects, (caller) => ({
  catalog: catalog(),
  objects: ownObjects(caller),
}))
