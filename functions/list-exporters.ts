import { listExporters as operation } from '../shared/api/exporters.ts'
import { listExporters } from '../shared/usecases/list-exporters.ts'
import { serve } from './stack.ts'
import { catalog } from './world/catalog.ts'

/** GET /v1/exporters */
export const handler = serve(operation, listExporters, () => ({ catalog: catalog() }))
