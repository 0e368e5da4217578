import { deleteExporter as operation } from '../shared/api/exporters.ts'
import { deleteExporter } from '../shared/usecases/delete-exporter.ts'
import { serve } from './stack.ts'
import { catalog } from './world/catalog.ts'

/** DELETE /v1/exporters/{name} */
export const handler = serve(operation, deleteExporter, () => ({ catalog: catalog() }))
