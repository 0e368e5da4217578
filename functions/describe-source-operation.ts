import { describeSourceOperation as operation } from '../shared/api/source-operations.ts'
import { describeSourceOperation } from '../shared/usecases/describe-source-operation.ts'
import { serve } from './stack.ts'
import { sources } from './world/sources.ts'

/** GET /v1/sources/{source}/operations/{operationId+} */
export const handler = serve(operation, describeSourceOperation, () => ({ sources: sources() }))
