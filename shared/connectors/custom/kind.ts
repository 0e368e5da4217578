import { join } from 'node:path'
import { connectorKind } from '../kind.ts'
import { Config, Credential, Selection } from './config.ts'
import type { Runner } from './runner.ts'

/** The deployment's own code as a kind, run by what `runner` gives. */
export const customKind = (runner: () => Promise<Runner>) =>
  connectorKind({
    kind: 'custom',
    title: 'Your own code',
    capabilities: ['objects'],
    config: Config,
    credential: Credential,
    selection: Selection,
    pin: async ({ config }) => (await import('./pin.ts')).pinConnection(await runner(), config),
    open: async (at) => (await import('./connection.ts')).openConnection(await runner(), at),
  })

/** Code in the deployment's folder `connections`, run as processes of this machine. */
export default customKind(async () =>
  (await import('./child-runner.ts')).childRunner(join(import.meta.dirname, '../../../connections')),
)
