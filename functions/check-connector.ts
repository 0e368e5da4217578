import { checkConnector as operation } from '../shared/api/connectors.ts'
import { checkConnector } from '../shared/usecases/check-connector.ts'
import { serve } from './stack.ts'
import { sources } from './world/sources.ts'

/** POST /v1/connectors/{name}/checks */
export const handler = serve(operation, checkConnector, () => ({ sources: sources() }))
