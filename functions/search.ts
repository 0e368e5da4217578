import { search as operation } from '../shared/api/search.ts'
import { search } from '../shared/usecases/search.ts'
import { serve } from './stack.ts'
import { catalog } from './world/catalog.ts'
import { ownObjects } from './world/own-objects.ts'

/** GET /v1/search */
export const handler = serve(operation, search, (caller) => ({ catalog: catalog(), objects: ownObjects(caller) }))
