import { Fault } from '../../domain/faults.ts'
import { nearest } from '../../domain/filter.ts'
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
    async pin({ config }) {
      const names = await (await runner()).names()
      if (names.includes(config.connection)) return config
      const near = nearest(config.connection, names)
      const detail = `There is no connection ${JSON.stringify(config.connection)} in this deployment.`
      throw new Fault('invalid-request', detail, {
        hint: `There ${near.length > 0 ? `is ${near.join(' or ')}` : names.length > 0 ? `are ${names.join(', ')}` : 'is none'}.`,
        errors: [{ pointer: '/body/config/connection', detail: 'is no connection of this deployment' }],
      })
    },
    async open(at) {
      const { openConnection } = await import('./connection.ts')
      return openConnection(await runner(), at)
    },
  })
