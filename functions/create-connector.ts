import { createConnector as operation } from '../shared/api/connectors.ts'
import { createConnector } from '../shared/usecases/create-connector.ts'
import { serve } from './stack.ts'
import { catalog } from './world/catalog.ts'
import { pins } from './world/pins.ts'
import { secrets } from './world/secrets.ts'

/** POST /v1/connectors */
export const handler = serve(operation, createConnector, () => ({
  catalog: catalog(),
  secrets: secrets(),
  sources: pins(),
}))
