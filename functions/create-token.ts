import { createToken as operation } from '../shared/api/tokens.ts'
import { createToken } from '../shared/usecases/create-token.ts'
import { serve } from './stack.ts'
import { catalog } from './world/catalog.ts'

/** POST /v1/tokens */
export const handler = serve(operation, createToken, () => ({ catalog: catalog() }))
