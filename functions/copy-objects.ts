import { copyObjects as operation } from '../shared/api/objects.ts'
import { copyObjects } from '../shared/usecases/copy-objects.ts'
import { serve } from './stack.ts'
import { catalog } from './world/catalog.ts'
import { ownObjects } from './world/own-objects.ts'

/** POST /v1/copies */
export const handler = serve(operation, copyObjects, (caller) => ({ catalog: catalog(), objects: ownObjects(caller) }))
