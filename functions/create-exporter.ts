import { createExporter as operation } from '../shared/api/exporters.ts'
import { createExporter } from '../shared/usecases/create-exporter.ts'
import { serve } from './stack.ts'
import { catalog } from './world/catalog.ts'
import { kinds } from './world/kinds.ts'

/** POST /v1/exporters */
export const handler = serve(operation, createExporter, () => ({ catalog: catalog(), sources: kinds() }))
