import { getUpload as operation } from '../shared/api/uploads.ts'
import { getUpload } from '../shared/usecases/get-upload.ts'
import { serve } from './stack.ts'
import { catalog } from './world/catalog.ts'
import { uploads } from './world/uploads.ts'

/** GET /v1/uploads/{id} */
export const handler = serve(operation, getUpload, () => ({ catalog: catalog(), uploads: uploads() }))
