import { deleteConnector as operation } from '../shared/api/connectors.ts'
import { deleteConnector } from '../shared/usecases/delete-connector.ts'
import { serve } from './stack.ts'
import { catalog } from './world/catalog.ts'
import { secrets } from './world/secrets.ts'

/** DELETE /v1/connectors/{name} */
export const handler = serve(operation, deleteConnector, () => ({ catalog: catalog(), secrets: secrets() }))
