import type { World } from '../ports/index.ts'
import { type Leasing, leaseConnection } from './lease-connection.ts'
import { openDatasource } from './open-datasource.ts'

/**
 * Opens what is behind a datasource, once one of its connector's connections is free: opening alone does not dial. Closes
 * it where the right to the connection is lost. Faults: those of `openDatasource`, busy.
 */
export async function openLeased(
  world: World<{ catalog: 'write'; sources: 'open' }>,
  datasource: Parameters<typeof openDatasource>[1] & { readonly priority?: number },
  leasing: Leasing,
): Promise<Awaited<ReturnType<typeof openDatasource>> & { readonly signal: AbortSignal; close(): Promise<void> }> {
  const lost = new AbortController()
  const signal = AbortSignal.any([leasing.signal, lost.signal])
  const opened = await openDatasource(world, datasource, signal)
  try {
    const lease = await leaseConnection(world, opened.record, { priority: datasource.priority, ...leasing })
    lease.lost.addEventListener('abort', () => lost.abort(lease.lost.reason))
    return {
      ...opened,
      signal,
      async close() {
        await opened.connection.close()
        await lease.release()
      },
    }
  } catch (thrown) {
    await opened.connection.close()
    throw thrown
  }
}
