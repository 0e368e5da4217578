import { listUserObjects as operation } from '../shared/api/objects.ts'
import { listUserObjects } from '../shared/usecases/list-user-objects.ts'
import { serve } from './stack.ts'
import { ownObjects } from './world/own-objects.ts'

/** GET /v1/objects/user */
export const handler = serve(operation, listUserObjects, (caller) => ({ objects: ownObjects(caller) }))
