import { getExport as operation } from '../shared/api/exporters.ts'
import { getExport } from '../shared/usecases/get-export.ts'
import { serve } from './stack.ts'
import { catalog } from './world/catalog.ts'

/** GET /v1/exports/{id} */
export const handler = serve(operation, getExport, () => ({ catalog: catalog() }))
