import { listTokens as operation } from '../shared/api/tokens.ts'
import { listTokens } from '../shared/usecases/list-tokens.ts'
import { serve } from './stack.ts'
import { catalog } from './world/catalog.ts'

/** GET /v1/tokens */
export const handler = serve(operation, listTokens, () => ({ catalog: catalog() }))
