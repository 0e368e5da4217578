import { updateConnector as operation } from '../shared/api/connectors.ts'
import { updateConnector } from '../shared/usecases/update-connector.ts'
import { serve } from './stack.ts'
import { catalog } from './world/catalog.ts'
import { pins } from './world/pins.ts'
import { secrets } from './world/secrets.ts'

/** PUT /v1/connectors/{name} */
export const handler = serve(operation, updateConnector, () => ({
  catalog: catalog(),
  secrets: secrets(),
  sources: pins(),
}))
