import * as z from 'zod'
import { TokenRecord } from '../domain/caller.ts'
import { ConnectorRecord } from '../domain/connector.ts'
import { DatasourceRecord } from '../domain/datasource.ts'
import { DatasetRecord, SnapshotRecord, VersionRecord } from '../domain/snapshot.ts'
import type { Collection } from './catalog.ts'

/** By name. */
export const connectors: Collection<ConnectorRecord> = { path: 'connectors', schema: ConnectorRecord }

/** uid -> name, of connectors. */
export const connectorUids: Collection<{ name: string }> = {
  path: 'connector-uids',
  schema: z.object({ name: z.string() }),
}

/** By name. */
export const datasources: Collection<DatasourceRecord> = { path: 'datasources', schema: DatasourceRecord }

/** uid -> name, of datasources. */
export const datasourceUids: Collection<{ name: string }> = {
  path: 'datasource-uids',
  schema: z.object({ name: z.string() }),
}

/** Datasources by the connector that they use: what `delete connector` asks. */
export const datasourcesOf = (connector: string): Collection<{ name: string }> => ({
  path: `connectors/${connector}/datasources`,
  schema: z.object({ name: z.string() }),
})

/** By id, which sorts by time. An id is `<datasource>-<ulid>`, so that a snapshot is found by its id alone. */
export const snapshotsOf = (datasource: string): Collection<SnapshotRecord> => ({
  path: `datasources/${datasource}/snapshots`,
  schema: SnapshotRecord,
})

/** By name: the datasource's. */
export const datasets: Collection<DatasetRecord> = { path: 'datasets', schema: DatasetRecord }

/** uid -> name, of datasets. */
export const datasetUids: Collection<{ name: string }> = {
  path: 'dataset-uids',
  schema: z.object({ name: z.string() }),
}

/** By version number, ten digits. */
export const versionsOf = (dataset: string): Collection<VersionRecord> => ({
  path: `datasets/${dataset}/versions`,
  schema: VersionRecord,
})

/** By the token's hash. */
export const tokens: Collection<TokenRecord> = { path: 'tokens', schema: TokenRecord }
