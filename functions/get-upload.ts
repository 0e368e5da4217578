import { getUpload as operation } from '../shared/api/uploads.ts'
import { getUpload } from '../shared/usecases/get-upload.ts'
import { serve } from './stack.ts'
import { catalog } from './world/catalog.ts'
import { ownUploads } from './world/own-uploads.ts'

/** GET /v1/uploads/{id} */
export const handler = serve(operation, getUpload, (caller) => ({ catalog: catalog(), uploads: ownUploads(caller) }))
