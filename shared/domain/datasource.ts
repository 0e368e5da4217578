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

/**
 * What a snapshot reads: all of the selection; what is new since the version before; or, of what is made of objects, those
 * that are new or changed.
 */
export const Strategy = z.union([
  z.literal('full'),
  z
    .strictObject({
      kind: z.literal('incremental'),
      mode: z.enum(['append', 'merge']).meta({
        description:
          'append: rows are only ever added at the source. merge: a changed row takes the place of the old one.',
      }),
      column: z.string().min(1).max(200).optional().meta({
        description:
          'A column whose values grow with every change. Databases whose rows tell their versions need none.',
      }),
      key: z.array(z.string().min(1).max(200)).min(1).max(32).optional().meta({
        description: 'For merge: the columns that tell rows apart. Absent: the primary key.',
      }),
      deletes: z.boolean().default(false).meta({
        description:
          'For merge: compare the keys each time, so that deleted rows go too. The database reads every row for it.',
      }),
      fullEvery: z.int().min(1).max(1000).default(100).meta({
        description: 'After so many increments everything is read again.',
      }),
    })
    .refine(({ mode, key, deletes }) => mode === 'merge' || (key === undefined && !deletes), {
      path: ['mode'],
      error: 'must be merge where there is a key, or deleted rows are to go',
    })
    .meta({ description: 'What is new since the version before is read, and shares its other parts.' }),
  z.strictObject({ kind: z.literal('objects') }).meta({
    description: 'Each object is a partition of its own: those that have not changed are not read again.',
  }),
])
export type Strategy = z.infer<typeof Strategy>
export type Incremental = Extract<Strategy, { kind: 'incremental' }>

export const isIncremental = (strategy: Strategy): strategy is Incremental =>
  strategy !== 'full' && strategy.kind === 'incremental'

/** How the text formats are packed; Parquet packs its columns by itself. */
export const compressions = ['none', 'gzip', 'zstd'] as const
export const Compression = z.enum(compressions)
export type Compression = z.infer<typeof Compression>

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
  compression: Compression.default('none'),
  strategy: Strategy.default('full'),
  drift: DriftPolicy.default('evolve'),
  /** A paused one is not copied by its schedule, only by hand. */
  paused: z.boolean().default(false),
  /** Whether the source is asked for a fingerprint first: a snapshot of what has not changed copies nothing. */
  skipUnchanged: z.boolean().default(false),
  /** The same, but what has not changed is a version all the same, of the parts of the one before. */
  reuseUnchanged: z.boolean().default(false),
  /** Whose snapshots get the connections of a connector first where they are scarce: the higher one's. */
  priority: z.int().min(-100).max(100).default(0),
  /** Null keeps every version. */
  retention: Retention.nullable().default(null),
  created: z.string(),
  updated: z.string(),
  createdBy: z.string(),
})
export type DatasourceRecord = z.infer<typeof DatasourceRecord>
