import { cancelExport as operation } from '../shared/api/exporters.ts'
import { cancelExport } from '../shared/usecases/cancel-export.ts'
import { serve } from './stack.ts'
import { catalog } from './world/catalog.ts'

/** POST /v1/exports/{id}/cancel */
export const handler = serve(operation, cancelExport, () => ({ catalog: catalog() }))
