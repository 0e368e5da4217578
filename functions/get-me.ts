import { getMe as operation } from '../shared/api/platform.ts'
import { getMe } from '../shared/usecases/get-me.ts'
import { serve } from './stack.ts'

/** GET /v1/me */
export const handler = serve(operation, getMe, () => ({}))
