import { signParts as operation } from '../shared/api/uploads.ts'
import { signParts } from '../shared/usecases/sign-parts.ts'
import { serve } from './stack.ts'
import { catalog } from './world/catalog.ts'
import { ownUploads } from './world/own-uploads.ts'

/** POST /v1/uploads/{id}/parts */
export const handler = serve(operation, signParts, (caller) => ({ catalog: catalog(), uploads: ownUploads(caller) }))
