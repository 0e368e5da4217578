import { deleteDataset as operation } from '../shared/api/datasets.ts'
import { deleteDataset } from '../shared/usecases/delete-dataset.ts'
import { serve } from './stack.ts'
import { catalog } from './world/catalog.ts'
import { objects } from './world/objects.ts'

/** DELETE /v1/datasets/{name} */
export const handler = serve(operation, deleteDataset, () => ({ catalog: catalog(), objects: objects() }))
