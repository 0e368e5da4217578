import { deleteObject as operation } from '../shared/api/objects.ts'
import { deleteObject } from '../shared/usecases/delete-object.ts'
import { serve } from './stack.ts'
import { catalog } from './world/catalog.ts'
import { ownObjects } from './world/own-objects.ts'

/** DELETE /v1/objects/{path+} */
export const handler = serve(operation, deleteObject, (caller) => ({ catalog: catalog(), objects: ownObjects(caller) }))
