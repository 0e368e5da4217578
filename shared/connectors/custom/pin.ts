import { Fault } from '../../domain/faults.ts'
import { nearest } from '../../domain/filter.ts'
import type { Config } from './config.ts'
import type { Runner } from './runner.ts'

/** The config, whose connection is one of this deployment. Fault invalid-request. */
export async function pinConnection(runner: Runner, config: Config): Promise<Config> {
  const names = await runner.names()
  if (names.includes(config.connection)) return config
  const near = nearest(config.connection, names)
  throw new Fault(
    'invalid-request',
    `There is no connection ${JSON.stringify(config.connection)} in this deployment.`,
    {
      hint: `There ${near.length > 0 ? `is ${near.join(' or ')}` : names.length > 0 ? `are ${names.join(', ')}` : 'is none'}.`,
      errors: [{ pointer: '/body/config/connection', detail: 'is no connection of this deployment' }],
    },
  )
}
