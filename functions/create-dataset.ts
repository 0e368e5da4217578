import { createDataset as operation } from '../shared/api/uploaded-datasets.ts'
import { createDataset } from '../shared/usecases/create-dataset.ts'
import { serve } from './stack.ts'
import { catalog } from './world/catalog.ts'
import { runs } from './world/runs.ts'
import { takenObjects } from './world/taken-objects.ts'

/** POST /v1/datasets */
export const handler = serve(operation, createDataset, (caller) => ({
  catalog: catalog(),
  objects: takenObjects(caller),
  runs: runs(),
}))
