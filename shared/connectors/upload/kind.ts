import { connectorKind } from '../kind.ts'
import { Config, Credential, Selection } from './config.ts'

/** Files that were uploaded to become datasets. The platform makes its one connector by itself. */
export default connectorKind({
  kind: 'upload',
  title: 'Uploaded files',
  capabilities: ['objects'],
  isOurs: true,
  config: Config,
  credential: Credential,
  selection: Selection,
  open: async (at) => (await import('./open.ts')).openUploads(at),
})
