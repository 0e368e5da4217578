import { updateExporter as operation } from '../shared/api/exporters.ts'
import { updateExporter } from '../shared/usecases/update-exporter.ts'
import { serve } from './stack.ts'
import { catalog } from './world/catalog.ts'
import { kinds } from './world/kinds.ts'

/** PUT /v1/exporters/{name} */
export const handler = serve(operation, updateExporter, () => ({ catalog: catalog(), sources: kinds() }))
