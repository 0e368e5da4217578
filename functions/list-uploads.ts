import { listUploads as operation } from '../shared/api/uploads.ts'
import { listUploads } from '../shared/usecases/list-uploads.ts'
import { serve } from './stack.ts'
import { catalog } from './world/catalog.ts'

/** GET /v1/uploads */
export const handler = serve(operation, listUploads, () => ({ catalog: catalog() }))
