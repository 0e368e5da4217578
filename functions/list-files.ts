import { listFiles as operation } from '../shared/api/datasets.ts'
import { listFiles } from '../shared/usecases/list-files.ts'
import { serve } from './stack.ts'
import { catalog } from './world/catalog.ts'
import { objects } from './world/objects.ts'

/** GET /v1/datasets/{name}/files */
export const handler = serve(operation, listFiles, () => ({ catalog: catalog(), objects: objects() }))
