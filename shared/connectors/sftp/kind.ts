import { connectorKind } from '../kind.ts'
import { Config, Credential, Selection } from './config.ts'

/** Files over SSH. */
export default connectorKind({
  kind: 'sftp',
  title: 'SFTP server',
  capabilities: ['objects'],
  config: Config,
  credential: Credential,
  selection: Selection,
  url: async () => (await import('./url.ts')).sftpUrl,
  pin: async (at) => (await import('./pin.ts')).pinHostKey(at),
  open: async (at) => (await import('./open.ts')).openSftp(at),
  writing: { to: 'files', open: async (at) => (await import('./write.ts')).openSftpWriter(at) },
})
