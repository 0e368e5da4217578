import { verifyDataset as operation } from '../shared/api/datasets.ts'
import { verifyDataset } from '../shared/usecases/verify-dataset.ts'
import { serve } from './stack.ts'
import { catalog } from './world/catalog.ts'
import { objects } from './world/objects.ts'

/** POST /v1/datasets/{name}/verify */
export const handler = serve(operation, verifyDataset, () => ({ catalog: catalog(), objects: objects() }))
