import { createDataset as operation } from '../shared/api/uploaded-datasets.ts'
import { createDataset } from '../shared/usecases/create-dataset.ts'
import { serve } from './stack.ts'
import { catalog } from './world/catalog.ts'
import { objects } from './world/objects.ts'
import { runs } from './world/runs.ts'

/** POST /v1/datasets */
export const handler = serve(operation, createDataset, () => ({
  catalog: catalog(),
  objects: objects(),
  runs: runs(),
}))
