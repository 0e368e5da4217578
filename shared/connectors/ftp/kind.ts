import { connectorKind } from '../kind.ts'
import { Config, Credential, Selection } from './config.ts'

/** FTP, plain or with TLS. */
export default connectorKind({
  kind: 'ftp',
  title: 'FTP or FTPS server',
  capabilities: ['objects'],
  config: Config,
  credential: Credential,
  selection: Selection,
  url: async () => (await import('./url.ts')).ftpUrl,
  open: async (at) => (await import('./open.ts')).openFtp(at),
  writing: { to: 'files', open: async (at) => (await import('./write.ts')).openFtpWriter(at) },
})
