import { completeUpload as operation } from '../shared/api/uploads.ts'
import { completeUpload } from '../shared/usecases/complete-upload.ts'
import { serve } from './stack.ts'
import { catalog } from './world/catalog.ts'
import { ownObjects } from './world/own-objects.ts'
import { ownUploads } from './world/own-uploads.ts'

/** POST /v1/uploads/{id}/complete */
export const handler = serve(operation, completeUpload, (caller) => ({
  catalog: catalog(),
  objects: ownObjects(caller),
  uploads: ownUploads(caller),
}))
