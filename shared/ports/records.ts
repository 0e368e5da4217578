import * as z from 'zod'
import { AuditRecord } from '../domain/audit.ts'
import { TokenRecord } from '../domain/caller.ts'
import { ConnectorRecord } from '../domain/connector.ts'
import { DatasourceRecord } from '../domain/datasource.ts'
import { DeviceLogin } from '../domain/device-login.ts'
import { MemberRecord, SeenRecord } from '../domain/member.ts'
import { ownerPart } from '../domain/owner.ts'
import { PipelineRecord } from '../domain/pipeline.ts'
import { SecretRecord, type SecretScope } from '../domain/secret-name.ts'
import { DatasetRecord, SnapshotRecord, VersionRecord } from '../domain/snapshot.ts'
import { TokenInfo } from '../domain/token.ts'
import { UploadRecord } from '../domain/upload.ts'
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

/** By `<owner>/<id>`, so that one list finds all that are to be swept. */
export const pipelines: Collection<PipelineRecord> = { path: 'pipelines', schema: PipelineRecord }

/** The record id of a caller's pipeline. */
export const pipelineId = (caller: string, id: string): string => `${ownerPart(caller)}/${id}`

/** A caller's uploads, by id. */
export const uploadsOf = (caller: string): Collection<UploadRecord> => ({
  path: `users/${ownerPart(caller)}/uploads`,
  schema: UploadRecord,
})

/** The names of secrets: the organisation's, or one caller's own, by key. */
export const secretsOf = (scope: SecretScope, caller: string): Collection<SecretRecord> => ({
  path: scope === 'org' ? 'org/secrets' : `users/${ownerPart(caller)}/secrets`,
  schema: SecretRecord,
})

/** A caller's tokens as they see them, by id. */
export const tokensOf = (caller: string): Collection<TokenInfo> => ({
  path: `users/${ownerPart(caller)}/tokens`,
  schema: TokenInfo,
})

/** By `ownerPart` of the id. */
export const members: Collection<MemberRecord> = { path: 'members', schema: MemberRecord }

/** By `callers/<ownerPart>` and `tokens/<id>`: all that the authorizer may write. */
export const seen: Collection<SeenRecord> = { path: 'seen', schema: SeenRecord }

/** By the hash of the device code. */
export const deviceLogins: Collection<DeviceLogin> = { path: 'device-logins', schema: DeviceLogin }

/** user code -> hash of the device code. */
export const userCodes: Collection<{ hash: string }> = {
  path: 'device-user-codes',
  schema: z.object({ hash: z.string() }),
}

/** By id, which sorts by time. */
export const audits: Collection<AuditRecord> = { path: 'audit', schema: AuditRecord }
