import { callSourceOperation as operation } from '../shared/api/source-operations.ts'
import { callSourceOperation } from '../shared/usecases/call-source-operation.ts'
import { serve } from './stack.ts'
import { sources } from './world/sources.ts'

/** POST /v1/sources/{source}/operations/{operationId+} */
export const handler = serve(operation, callSourceOperation, () => ({ sources: sources() }))
