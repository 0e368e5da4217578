import { getDataset as operation } from '../shared/api/datasets.ts'
import { getDataset } from '../shared/usecases/get-dataset.ts'
import { serve } from './stack.ts'
import { catalog } from './world/catalog.ts'

/** GET /v1/datasets/{name} */
export const handler = serve(operation, getDataset, () => ({ catalog: catalog() }))
