import { getExporter as operation } from '../shared/api/exporters.ts'
import { getExporter } from '../shared/usecases/get-exporter.ts'
import { serve } from './stack.ts'
import { catalog } from './world/catalog.ts'

/** GET /v1/exporters/{name} */
export const handler = serve(operation, getExporter, () => ({ catalog: catalog() }))
