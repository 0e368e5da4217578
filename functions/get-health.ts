import { getHealth as operation } from '../shared/api/platform.ts'
import { getHealth } from '../shared/usecases/get-health.ts'
import { serve } from './stack.ts'

/** GET /v1/health */
export const handler = serve(operation, getHealth, () => ({}))
