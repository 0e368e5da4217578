import { connectorKind } from '../kind.ts'
import { Config, Credential, Selection } from './config.ts'

/** One file at a URL, or those below it. */
export default connectorKind({
  kind: 'http',
  title: 'File at a URL',
  capabilities: ['objects'],
  config: Config,
  credential: Credential,
  selection: Selection,
  url: async () => (await import('./url.ts')).httpUrl,
  open: async (at) => (await import('./open.ts')).openHttp(at),
})
