import { ownerPart } from '../domain/owner.ts'
import { PipelineRecord } from '../domain/pipeline.ts'
import { SecretRecord, type SecretScope } from '../domain/secret-name.ts'
import { UploadRecord } from '../domain/upload.ts'
import type { Collection } from './catalog.ts'

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
