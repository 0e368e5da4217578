import { listSourceOperations as operation } from '../shared/api/source-operations.ts'
import { listSourceOperations } from '../shared/usecases/list-source-operations.ts'
import { serve } from './stack.ts'
import { sources } from './world/sources.ts'

/** GET /v1/sources/{source}/operations */
export const handler = serve(operation, listSourceOperations, () => ({ sources: sources() }))
