import { completeUpload as operation } from '../shared/api/uploads.ts'
import { completeUpload } from '../shared/usecases/complete-upload.ts'
import { serve } from './stack.ts'
import { catalog } from './world/catalog.ts'
import { objects } from './world/objects.ts'
import { uploads } from './world/uploads.ts'

/** POST /v1/uploads/{id}/complete */
export const handler = serve(operation, completeUpload, () => ({
  catalog: catalog(),
  objects: objects(),
  uploads: uploads(),
}))
