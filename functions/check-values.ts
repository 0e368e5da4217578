import { checkValues as operation } from '../shared/api/connectors.ts'
import { checkValues } from '../shared/usecases/check-values.ts'
import { serve } from './stack.ts'
import { catalog } from './world/catalog.ts'
import { sources } from './world/sources.ts'

/** POST /v1/checks */
export const handler = serve(operation, checkValues, () => ({ catalog: catalog(), sources: sources() }))
