import { listExports as operation } from '../shared/api/exporters.ts'
import { listExports } from '../shared/usecases/list-exports.ts'
import { serve } from './stack.ts'
import { catalog } from './world/catalog.ts'

/** GET /v1/exporters/{name}/exports */
export const handler = serve(operation, listExports, () => ({ catalog: catalog() }))
