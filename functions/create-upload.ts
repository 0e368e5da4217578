import { createUpload as operation } from '../shared/api/uploads.ts'
import { createUpload } from '../shared/usecases/create-upload.ts'
import { serve } from './stack.ts'
import { catalog } from './world/catalog.ts'
import { uploads } from './world/uploads.ts'

/** POST /v1/uploads */
export const handler = serve(operation, createUpload, () => ({ catalog: catalog(), uploads: uploads() }))
