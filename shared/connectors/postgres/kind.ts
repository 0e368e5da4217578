import { connectorKind } from '../kind.ts'
import { Credential } from '../sql/config.ts'
import { Config, Selection } from './config.ts'

/** What opening needs is loaded then: listing kinds and sources wants the schemas alone. */
export default connectorKind({
  kind: 'postgres',
  title: 'PostgreSQL',
  capabilities: ['tables'],
  config: Config,
  credential: Credential,
  selection: Selection,
  increments: 'rows',
  views: true,
  url: async () => (await import('./url.ts')).postgresUrl,
  open: async (at) => (await import('./open.ts')).openPostgres(at),
  writing: { to: 'tables', open: async (at) => (await import('./write.ts')).openPostgresWriter(at) },
})
