import { getConnector as operation } from '../shared/api/connectors.ts'
import { getConnector } from '../shared/usecases/get-connector.ts'
import { serve } from './stack.ts'
import { catalog } from './world/catalog.ts'

/** GET /v1/connectors/{name} */
export const handler = serve(operation, getConnector, () => ({ catalog: catalog() }))
