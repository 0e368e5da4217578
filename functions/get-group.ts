import { getGroup as operation } from '../shared/api/groups.ts'
import { getGroup } from '../shared/usecases/get-group.ts'
import { serve } from './stack.ts'
import { catalog } from './world/catalog.ts'

/** GET /v1/groups/{id} */
export const handler = serve(operation, getGroup, () => ({ catalog: catalog() }))
