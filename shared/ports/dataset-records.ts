/* The records of datasources and of what is made of them. Who reads connectors alone need not load these. */

import * as z from 'zod'
import { DatasourceRecord } from '../domain/datasource.ts'
import { GroupRecord } from '../domain/group.ts'
import { DatasetRecord, SnapshotRecord, VersionRecord } from '../domain/snapshot.ts'
import type { Collection } from './catalog.ts'

/** By name. */
export const datasources: Collection<DatasourceRecord> = { path: 'datasources', schema: DatasourceRecord }

/** uid -> name, of datasources. */
export const datasourceUids: Collection<{ name: string }> = {
  path: 'datasource-uids',
  schema: z.object({ name: z.string() }),
}

/** By id, which sorts by time. An id is `<datasource>-<ulid>`, so that a snapshot is found by its id alone. */
export const snapshotsOf = (datasource: string): Collection<SnapshotRecord> => ({
  path: `datasources/${datasource}/snapshots`,
  schema: SnapshotRecord,
})

/** Snapshots of all datasources, by `<when it was asked for>-<id>`, which sorts by time. */
export const runs: Collection<{ id: string }> = { path: 'runs', schema: z.object({ id: z.string() }) }

/** By id, which sorts by time. */
export const groups: Collection<GroupRecord> = { path: 'groups', schema: GroupRecord }

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
