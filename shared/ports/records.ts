import * as z from 'zod'
import { TokenRecord } from '../domain/caller.ts'
import { ConnectorRecord } from '../domain/connector.ts'
import type { Collection } from './catalog.ts'

/** By name. */
export const connectors: Collection<ConnectorRecord> = { path: 'connectors', schema: ConnectorRecord }

/** uid -> name, of connectors. */
export const connectorUids: Collection<{ name: string }> = {
  path: 'connector-uids',
  schema: z.object({ name: z.string() }),
}

/** Datasources by the connector that they use: what `delete connector` asks. */
export const datasourcesOf = (connector: string): Collection<{ name: string }> => ({
  path: `connectors/${connector}/datasources`,
  schema: z.object({ name: z.string() }),
})

/** By the token's hash. */
export const tokens: Collection<TokenRecord> = { path: 'tokens', schema: TokenRecord }

/** Exporters by the connector that they write to: what `delete connector` asks. */
export const exportersOf = (connector: string): Collection<{ name: string }> => ({
  path: `connectors/${connector}/exporters`,
  schema: z.object({ name: z.string() }),
})
