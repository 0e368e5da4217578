import { connectorKind } from '../kind.ts'
import { Credential } from '../sql/config.ts'
import { Config, Selection } from './config.ts'

/** What opening needs is loaded then: listing kinds and sources wants the schemas alone. */
export default connectorKind({
  kind: 'mysql',
  title: 'MySQL or MariaDB',
  capabilities: ['tables'],
  config: Config,
  credential: Credential,
  selection: Selection,
  increments: 'column',
  together: true,
  url: async () => (await import('./url.ts')).mysqlUrl,
  open: async (at) => (await import('./open.ts')).openMysql(at),
  writing: { to: 'tables', open: async (at) => (await import('./write.ts')).openMysqlWriter(at) },
})
