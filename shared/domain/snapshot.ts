import * as z from 'zod'
import { Name } from './connector.ts'
import { Compression, FileFormat } from './datasource.ts'
import { ManifestColumn, SchemaChange } from './schema-change.ts'
import { ToldFault } from './work.ts'

export const snapshotStates = ['pending', 'running', 'done', 'failed', 'cancelled', 'skipped'] as const
export const SnapshotState = z.enum(snapshotStates)
export type SnapshotState = z.infer<typeof SnapshotState>

export const isEnded = (state: SnapshotState): boolean => state !== 'pending' && state !== 'running'

export const phases = ['queued', 'planning', 'extracting', 'publishing', 'ended'] as const

/** How far the partitions are. */
export const SnapshotProgress = z.object({
  partitions: z.int().meta({ description: 'How many there are.' }),
  expected: z.number().nullable().meta({ description: 'Rows expected; null while nobody knows.' }),
  done: z.int(),
  running: z.array(z.object({ partition: z.int(), tries: z.int(), rows: z.int(), bytes: z.int() })).meta({
    description: 'Those that are worked at, each with what it has copied so far.',
  }),
  rowsPerSecond: z.number().nullable(),
  secondsLeft: z.number().nullable().meta({ description: 'At that rate.' }),
})
export type SnapshotProgress = z.infer<typeof SnapshotProgress>
/** Why a snapshot copied nothing. */
export const skippingReasons = ['unchanged', 'overlap'] as const

/** One copying of a datasource: the run that people watch, and what is left of it afterwards. */
export const SnapshotRecord = z
  .object({
    id: z.string(),
    datasource: Name,
    state: SnapshotState,
    phase: z.enum(phases),
    /** The version that it published; null until then. */
    version: z.int().nullable(),
    rows: z.int(),
    /** Bytes written. */
    bytes: z.int(),
    /** 0 to 100; null while nobody knows how much there is. */
    percent: z.number().nullable(),
    progress: SnapshotProgress.optional(),
    error: ToldFault.nullable(),
    because: z.enum(skippingReasons).nullable().default(null).meta({
      description: 'Of a skipped one: nothing had changed, or the one before still ran.',
    }),
    requestedBy: z.string(),
    due: z.string().nullable().default(null).meta({
      description: 'The time of its schedule that it was taken for; null where somebody asked for it.',
    }),
    group: z.string().nullable().default(null).meta({
      description:
        'The group that it is taken in: its snapshots are of one moment, and are published together or not at all.',
    }),
    waits: z.boolean().default(false).meta({ description: 'Whether it waits for the end of the one before.' }),
    requested: z.string(),
    started: z.string().nullable(),
    ended: z.string().nullable(),
    cancelRequested: z.boolean(),
    full: z.boolean().default(false).meta({ description: 'Whether everything is read, whatever the strategy is.' }),
    acceptDrift: z.boolean().default(false).meta({ description: 'Whether changed columns are published in any case.' }),
    drift: z.array(SchemaChange).nullable().default(null).meta({
      description: 'What changed in the columns since the version before, at most 100; null where nothing did.',
    }),
    /** Fences attempts: a worker whose attempt is not this one may write nothing. */
    attempt: z.int(),
    /** How many workers have taken this attempt up, one after another. */
    turn: z.int().optional(),
    /** While running: when the worker was last seen alive. */
    heartbeat: z.string().nullable(),
  })
  .meta({ id: 'Snapshot' })
export type SnapshotRecord = z.infer<typeof SnapshotRecord>

/** What the parts are: rows in the version's format, or files as they were at the source. */
export const Shape = z.enum(['rows', 'files'])

export const Part = z.object({
  key: z.string(),
  path: z.string().optional().meta({ description: 'Of a copied file: where it was at the source.' }),
  rows: z.int(),
  bytes: z.int(),
  sha256: z.string().meta({ description: 'Lower-case hex.' }),
  object: z.string().optional().meta({ description: 'Of a partition that is one object of the source: its name.' }),
  evidence: z.string().optional().meta({ description: 'Of such an object: what it was known by when it was read.' }),
  open: z.literal(true).optional().meta({
    description: 'Of an incremental dataset to which rows are added: the next version reads these rows again.',
  }),
})
export type Part = z.infer<typeof Part>

/** How a version of an incremental dataset goes on from the one before, and the next one from it. */
export const IncrementInfo = z
  .object({
    since: z.int().nullable().meta({ description: 'The version that it goes on from; null: everything was read.' }),
    count: z.int().meta({ description: 'Increments since everything was read.' }),
    key: z.array(z.string()).meta({ description: 'The columns that tell rows apart; none where rows are only added.' }),
    mark: z.unknown().meta({ description: 'Where the next one begins: the kind’s own.' }),
  })
  .meta({ id: 'IncrementInfo' })
export type IncrementInfo = z.infer<typeof IncrementInfo>

/** With which others a version is of one moment. */
export const ManifestGroup = z.object({
  id: z.string(),
  snapshots: z.array(z.string()).meta({ description: 'All of the group, each of which became a version.' }),
  moment: z.string().meta({
    description:
      'When the moment began to be held that they all read: what was committed at the source before is in them.',
  }),
})
export type ManifestGroup = z.infer<typeof ManifestGroup>

/** The form of manifests: they stay as they were written, so a later form reads the earlier ones too. */
export const manifestVersion = 1

/** What a version is, written once and last; it names everything that is ever read of the version. */
export const Manifest = z
  .object({
    manifest: z.literal(manifestVersion),
    dataset: Name,
    version: z.int(),
    snapshot: z.string(),
    datasource: Name,
    connector: Name,
    kind: z.string(),
    selection: z.record(z.string(), z.unknown()),
    shape: Shape,
    format: FileFormat,
    compression: Compression.default('none'),
    columns: z.array(ManifestColumn),
    parts: z.array(Part),
    rows: z.int(),
    bytes: z.int(),
    fingerprint: z.string().nullable(),
    basis: z.string().nullable().default(null).meta({
      description: 'Digest of what decides how it was copied: versions with the same one can share parts.',
    }),
    increment: IncrementInfo.nullable().default(null),
    consistency: z.enum(['snapshot', 'none']),
    group: ManifestGroup.nullable().default(null).meta({
      description: 'The group that it was published with; null where it was taken alone.',
    }),
    lossyRules: z.array(z.string()),
    started: z.string(),
    published: z.string(),
    requestedBy: z.string(),
  })
  .meta({ id: 'Manifest' })
export type Manifest = z.infer<typeof Manifest>

/** Where the newest version of a dataset comes from: a source, or a file that somebody uploaded. */
export const Origin = z.enum(['datasource', 'upload'])

/** The pointer of a dataset: which version is read by who names none. */
export const DatasetRecord = z.object({
  uid: z.string(),
  name: Name,
  title: z.string(),
  /** The newest version, or the one rolled back to; null once every version is deleted. */
  latest: z.int().nullable(),
  /** The highest number ever given: numbers are never given twice. */
  highest: z.int(),
  origin: Origin.default('datasource'),
  updated: z.string(),
})
export type DatasetRecord = z.infer<typeof DatasetRecord>

/** A version as lists tell it; the rest is in its manifest. */
export const VersionRecord = z
  .object({
    version: z.int(),
    snapshot: z.string(),
    manifest: z.string(),
    rows: z.int(),
    bytes: z.int(),
    shape: Shape,
    format: FileFormat,
    published: z.string(),
    requestedBy: z.string(),
    group: z.string().nullable().default(null).meta({ description: 'The group that it was published with.' }),
    pinned: z.boolean().default(false).meta({ description: 'Kept, whatever the retention says.' }),
    reuses: z.array(z.string()).default([]).meta({
      description: 'The attempts of which it has parts besides its own, at most 100.',
    }),
    expires: z.string().nullable().default(null).meta({
      description: 'From then on nobody may begin to read it: the retention lets it go. Pinning it keeps it.',
    }),
  })
  .meta({ id: 'Version' })
export type VersionRecord = z.infer<typeof VersionRecord>
