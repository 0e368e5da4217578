import { connectorKind } from '../kind.ts'
import { Credential } from '../web/auth.ts'
import { Config, Selection } from './config.ts'

/** An HTTP API that an OpenAPI document describes. Its operations can be called; those that list are tables too. */
export default connectorKind({
  kind: 'openapi',
  title: 'OpenAPI',
  capabilities: ['operations', 'tables'],
  config: Config,
  credential: Credential,
  selection: Selection,
  url: async () => (await import('./url.ts')).openapiUrl,
  pin: async (at) => (await import('./pin.ts')).pinOrigin(at),
  open: async (at) => (await import('./connection.ts')).openConnection(at),
})
