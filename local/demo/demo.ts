import * as api from '../../shared/api/connectors.ts'
import type { Operation, UseCase } from '../../shared/api/operation.ts'
import { perform, type Request } from '../../shared/api/perform.ts'
import { findPython } from '../../shared/connectors/custom/child-runner.ts'
import type { Caller } from '../../shared/domain/caller.ts'
import type { Fault } from '../../shared/domain/faults.ts'
import type { WholeWorld } from '../../shared/ports/index.ts'
import { connectors } from '../../shared/ports/records.ts'
import { createConnector } from '../../shared/usecases/create-connector.ts'
import { updateConnector } from '../../shared/usecases/update-connector.ts'
import type { Petstore } from './petstore.ts'
import type { Warehouse } from './warehouse.ts'

/** The demo's connector. */
export const demoName = 'data-warehouse-sql'

const caller: Caller = { id: 'headgate-demo', role: 'admin' }

/** Registers the warehouse: its port and its login are new at each start. */
export const registerWarehouse = (world: WholeWorld, { server, database, reader }: Warehouse): Promise<void> =>
  register(world, {
    name: demoName,
    title: 'Data Warehouse (SQL)',
    kind: 'postgres',
    config: { host: server.host, port: server.port, database, user: reader.user, tls: 'disable' },
    credential: { password: reader.password.reveal() },
    allowQuery: true,
  })

/** Registers the pet store: its port and its key are new at each start. */
export const registerPetstore = (world: WholeWorld, { specUrl, apiKey }: Petstore): Promise<void> =>
  register(world, {
    name: 'petstore',
    title: 'Pet Store (API)',
    kind: 'openapi',
    config: { specUrl, auth: { type: 'apiKey', in: 'header', name: 'api_key' } },
    credential: { apiKey: apiKey.reveal() },
  })

/** Registers the connections that come with the repository, one in each language. They need no server. */
export async function registerExamples(world: WholeWorld): Promise<void> {
  const fingerprintStrategy = 'content'
  if (findPython('') !== undefined)
    await register(world, {
      name: 'weather-stations',
      title: 'Weather Stations (Python)',
      kind: 'custom',
      config: { connection: 'weather-stations', codeInterface: 'bytes', fingerprintStrategy },
      credential: {},
    })
  await register(world, {
    name: 'exchange-rates',
    title: 'Exchange Rates (TypeScript)',
    kind: 'custom',
    config: { connection: 'exchange-rates', codeInterface: 'rows', fingerprintStrategy },
    credential: {},
  })
}

interface DemoConnector {
  readonly name: string
  readonly title: string
  readonly kind: string
  readonly config: object
  readonly credential: object
  readonly allowQuery?: boolean
}

/** Makes a connector of the demo, or tells the one of before where its source is now. */
async function register(world: WholeWorld, connector: DemoConnector): Promise<void> {
  const { name, config, credential } = connector
  if (await world.catalog.get(connectors, name)) {
    const headers = { 'if-match': '*' }
    const body = JSON.stringify({ config, credential })
    await ask(api.updateConnector, updateConnector, world, { params: { name }, headers, body })
  } else await ask(api.createConnector, createConnector, world, { body: JSON.stringify(connector) })
}

async function ask<O extends Operation>(op: O, run: UseCase<O>, world: WholeWorld, request: Request): Promise<void> {
  let failed: Fault | undefined
  const { signal } = new AbortController()
  const onFault = (fault: Fault) => {
    failed = fault
  }
  await perform(op, run, world as never, request, { caller, signal, requestId: 'start', onFault })
  if (failed) throw failed
}
