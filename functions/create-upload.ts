import { createUpload as operation } from '../shared/api/uploads.ts'
import { createUpload } from '../shared/usecases/create-upload.ts'
import { serve } from './stack.ts'
import { catalog } from './world/catalog.ts'
import { ownUploads } from './world/own-uploads.ts'

/** POST /v1/uploads */
export const handler = serve(operation, createUpload, (caller) => ({ catalog: catalog(), uploads: ownUploads(caller) }))
