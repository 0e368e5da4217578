import type * as api from '../api/connectors.ts'
import type { UseCase } from '../api/operation.ts'
import { checkConnection } from './check-connection.ts'

export const checkConnector: UseCase<typeof api.checkConnector> = async ({ sources }, { name, body, signal }) => ({
  body: await checkConnection(async (within) => (await sources.open(name, within)).connection, body.timeoutMs, signal),
})
