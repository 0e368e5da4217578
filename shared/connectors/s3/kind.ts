import { connectorKind } from '../kind.ts'
import { Config, Credential, Selection } from './config.ts'

/** A bucket of S3, or of a store that speaks like it. */
export default connectorKind({
  kind: 's3',
  title: 'S3 bucket',
  capabilities: ['objects'],
  config: Config,
  credential: Credential,
  selection: Selection,
  url: async () => (await import('./url.ts')).s3Url,
  pin: async (at) => (await import('./pin.ts')).pinExternalId(at),
  open: async (at) => (await import('./open.ts')).openS3(at),
  writing: { to: 'files', open: async (at) => (await import('./write.ts')).openS3Writer(at) },
})
