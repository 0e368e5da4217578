import * as z from 'zod'
import { Name } from './connector.ts'
import { Retention } from './retention.ts'

export const fileFormats = ['parquet', 'csv', 'ndjson'] as const
export const FileFormat = z.enum(fileFormats)
export type FileFormat = z.infer<typeof FileFormat>

/**
 * What happens when the columns are not those of the version before: the new ones are published; the snapshot fails; the
 * snapshot fails and the datasource is paused.
 */
export const driftPolicies = ['evolve', 'freeze', 'pause'] as const
export const DriftPolicy = z.enum(driftPolicies)

/** What a snapshot copies of the selection: all of it. */
export const strategies = ['full'] as const
export const Strategy = z.enum(strategies)

/** A connector and a selection: exactly what a snapshot copies. */
export const DatasourceRecord = z.object({
  uid: z.string(),
  name: Name,
  title: z.string(),
  connector: Name,
  kind: z.string(),
  /** Valid by its kind's `selection` when it was saved. */
  selection: z.record(z.string(), z.unknown()),
  format: FileFormat,
  strategy: Strategy.default('full'),
  drift: DriftPolicy.default('evolve'),
  /** A paused one is not copied by its schedule, only by hand. */
  paused: z.boolean().default(false),
  /** Whether the source is asked for a fingerprint first: a snapshot of what has not changed copies nothing. */
  skipUnchanged: z.boolean().default(false),
  /** Null keeps every version. */
  retention: Retention.nullable().default(null),
  created: z.string(),
  updated: z.string(),
  createdBy: z.string(),
})
export type DatasourceRecord = z.infer<typeof DatasourceRecord>
