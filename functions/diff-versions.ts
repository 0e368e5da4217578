import { diffVersions as operation } from '../shared/api/datasets.ts'
import { diffVersions } from '../shared/usecases/diff-versions.ts'
import { serve } from './stack.ts'
import { catalog } from './world/catalog.ts'
import { objects } from './world/objects.ts'

/** GET /v1/datasets/{name}/versions/{version}/diff */
export const handler = serve(operation, diffVersions, () => ({ catalog: catalog(), objects: objects() }))
