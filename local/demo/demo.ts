import * as api from '../../shared/api/connectors.ts'
import type { Operation, UseCase } from '../../shared/api/operation.ts'
import { perform, type Request } from '../../shared/api/perform.ts'
import type { Caller } from '../../shared/domain/caller.ts'
import type { Fault } from '../../shared/domain/faults.ts'
import type { WholeWorld } from '../../shared/ports/index.ts'
import { connectors } from '../../shared/ports/records.ts'
import { createConnector } from '../../shared/usecases/create-connector.ts'
import { updateConnector } from '../../shared/usecases/update-connector.ts'
import type { Warehouse } from './warehouse.ts'

/** The demo's connector. */
export const demoName = 'data-warehouse-sql'

const caller: Caller = { id: 'headgate-demo', role: 'admin' }

/** Registers the warehouse, or tells its connector where the warehouse is now: its port and its login are new. */
export async function registerWarehouse(world: WholeWorld, { server, database, reader }: Warehouse): Promise<void> {
  const config = { host: server.host, port: server.port, database, user: reader.user, tls: 'disable' }
  const credential = { password: reader.password.reveal() }
  if (await world.catalog.get(connectors, demoName)) {
    const headers = { 'if-match': '*' }
    const body = JSON.stringify({ config, credential })
    await ask(api.updateConnector, updateConnector, world, { params: { name: demoName }, headers, body })
  } else {
    const body = {
      name: demoName,
      title: 'Data Warehouse (SQL)',
      kind: 'postgres',
      config,
      credential,
      allowQuery: true,
    }
    await ask(api.createConnector, createConnector, world, { body: JSON.stringify(body) })
  }
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
