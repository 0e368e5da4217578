import { listVersions as operation } from '../shared/api/datasets.ts'
import { listVersions } from '../shared/usecases/list-versions.ts'
import { serve } from './stack.ts'
import { catalog } from './world/catalog.ts'

/** GET /v1/datasets/{name}/versions */
export const handler = serve(operation, listVersions, () => ({ catalog: catalog() }))
