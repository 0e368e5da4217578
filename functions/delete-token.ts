import { deleteToken as operation } from '../shared/api/tokens.ts'
import { deleteToken } from '../shared/usecases/delete-token.ts'
import { serve } from './stack.ts'
import { catalog } from './world/catalog.ts'

/** DELETE /v1/tokens/{id} */
export const handler = serve(operation, deleteToken, () => ({ catalog: catalog() }))
