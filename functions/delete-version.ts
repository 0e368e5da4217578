import { deleteVersion as operation } from '../shared/api/datasets.ts'
import { deleteVersion } from '../shared/usecases/delete-version.ts'
import { serve } from './stack.ts'
import { catalog } from './world/catalog.ts'
import { objects } from './world/objects.ts'

/** DELETE /v1/datasets/{name}/versions/{version} */
export const handler = serve(operation, deleteVersion, () => ({ catalog: catalog(), objects: objects() }))
