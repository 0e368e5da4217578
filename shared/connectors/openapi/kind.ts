import { connectorKind } from '../kind.ts'
import { Config, Credential, Selection } from './config.ts'
import { pinOrigin } from './pin.ts'

/** An HTTP API that an OpenAPI document describes. Its operations can be called; those that list are tables too. */
export default connectorKind({
  kind: 'openapi',
  title: 'OpenAPI',
  capabilities: ['operations', 'tables'],
  config: Config,
  credential: Credential,
  selection: Selection,
  pin: pinOrigin,
  async open(at) {
    const { openConnection } = await import('./connection.ts')
    return openConnection(at)
  },
})
