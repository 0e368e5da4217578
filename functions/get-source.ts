import { getSource as operation } from '../shared/api/sources.ts'
import { getSource } from '../shared/usecases/get-source.ts'
import { serve } from './stack.ts'
import { catalog } from './world/catalog.ts'
import { kinds } from './world/kinds.ts'

/** GET /v1/sources/{source} */
export const handler = serve(operation, getSource, () => ({ catalog: catalog(), sources: kinds() }))
