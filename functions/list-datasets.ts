import { listDatasets as operation } from '../shared/api/datasets.ts'
import { listDatasets } from '../shared/usecases/list-datasets.ts'
import { serve } from './stack.ts'
import { catalog } from './world/catalog.ts'

/** GET /v1/datasets */
export const handler = serve(operation, listDatasets, () => ({ catalog: catalog() }))
