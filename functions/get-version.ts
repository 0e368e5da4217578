import { getVersion as operation } from '../shared/api/datasets.ts'
import { getVersion } from '../shared/usecases/get-version.ts'
import { serve } from './stack.ts'
import { catalog } from './world/catalog.ts'
import { objects } from './world/objects.ts'

/** GET /v1/datasets/{name}/versions/{version} */
export const handler = serve(operation, getVersion, () => ({ catalog: catalog(), objects: objects() }))
