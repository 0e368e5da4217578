import { putObject as operation } from '../shared/api/objects.ts'
import { putObject } from '../shared/usecases/put-object.ts'
import { serve } from './stack.ts'
import { catalog } from './world/catalog.ts'
import { ownObjects } from './world/own-objects.ts'

/** PUT /v1/objects/{path+} */
export const handler = serve(operation, putObject, (caller) => ({ catalog: catalog(), objects: ownObjects(caller) }))
