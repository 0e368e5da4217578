import { getOpenapi as operation } from '../shared/api/platform.ts'
import { getOpenapi } from '../shared/usecases/get-openapi.ts'
import { serve } from './stack.ts'

/** GET /v1/openapi.json */
export const handler = serve(operation, getOpenapi, () => ({}))
