import { listConnectors as operation } from '../shared/api/connectors.ts'
import { listConnectors } from '../shared/usecases/list-connectors.ts'
import { serve } from './stack.ts'
import { catalog } from './world/catalog.ts'

/** GET /v1/connectors */
export const handler = serve(operation, listConnectors, () => ({ catalog: catalog() }))
