import { listKinds as operation } from '../shared/api/connectors.ts'
import { listKinds } from '../shared/usecases/list-kinds.ts'
import { serve } from './stack.ts'
import { kinds } from './world/kinds.ts'

/** GET /v1/kinds */
export const handler = serve(operation, listKinds, () => ({ sources: kinds() }))
