import { createExport as operation } from '../shared/api/exporters.ts'
import { createExport } from '../shared/usecases/create-export.ts'
import { serve } from './stack.ts'
import { catalog } from './world/catalog.ts'
import { exports } from './world/exports.ts'
import { objects } from './world/objects.ts'

/** POST /v1/exporters/{name}/exports */
export const handler = serve(operation, createExport, () => ({
  catalog: catalog(),
  objects: objects(),
  exports: exports(),
}))
