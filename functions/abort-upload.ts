import { abortUpload as operation } from '../shared/api/uploads.ts'
import { abortUpload } from '../shared/usecases/abort-upload.ts'
import { serve } from './stack.ts'
import { catalog } from './world/catalog.ts'
import { ownUploads } from './world/own-uploads.ts'

/** DELETE /v1/uploads/{id} */
export const handler = serve(operation, abortUpload, (caller) => ({ catalog: catalog(), uploads: ownUploads(caller) }))
