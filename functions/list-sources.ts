import { listSources as operation } from '../shared/api/sources.ts'
import { listSources } from '../shared/usecases/list-sources.ts'
import { serve } from './stack.ts'
import { catalog } from './world/catalog.ts'
import { kinds } from './world/kinds.ts'

/** GET /v1/sources */
export const handler = serve(operation, listSources, () => ({ catalog: catalog(), sources: kinds() }))
