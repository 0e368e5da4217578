import { listSourceObjects as operation } from '../shared/api/source-objects.ts'
import { listSourceObjects } from '../shared/usecases/list-source-objects.ts'
import { serve } from './stack.ts'
import { sources } from './world/sources.ts'

/** GET /v1/sources/{source}/objects */
export const handler = serve(operation, listSourceObjects, () => ({ sources: sources() }))
