import * as z from 'zod'
import { Name } from './connector.ts'
import { ToldFault } from './work.ts'

/**
 * What becomes of what is there. Of files: `safe` fails, `replace` takes its place, `timestamp` writes beside it under a
 * name with the time. Of tables: `replace` takes the table's place, `append` adds rows to it.
 */
export const writeModes = ['safe', 'replace', 'timestamp', 'append'] as const
export const WriteMode = z.enum(writeModes)
export type WriteMode = z.infer<typeof WriteMode>

/** The modes that fit what is written to, the harmless one first; of tables none is. */
export const modesOf = {
  files: ['safe', 'replace', 'timestamp'],
  tables: ['replace', 'append'],
} as const satisfies Record<'files' | 'tables', readonly WriteMode[]>

export const exportFormats = ['csv', 'ndjson', 'json', 'parquet', 'arrow'] as const
export const ExportFormat = z.enum(exportFormats)
export type ExportFormat = z.infer<typeof ExportFormat>

/** A connector and a place behind it that datasets are written to: one of `path` and `table` is not null. */
export const ExporterRecord = z.object({
  uid: z.string(),
  name: Name,
  title: z.string(),
  connector: Name,
  path: z.string().nullable(),
  table: z.string().nullable(),
  mode: WriteMode,
  /** Of files; null: what the path ends with says it, or else the dataset. */
  format: ExportFormat.nullable(),
  created: z.string(),
  updated: z.string(),
  createdBy: z.string(),
})
export type ExporterRecord = z.infer<typeof ExporterRecord>

export const exportStates = ['pending', 'running', 'done', 'failed', 'cancelled'] as const
export const ExportState = z.enum(exportStates)
export type ExportState = z.infer<typeof ExportState>

export const isExportEnded = (state: ExportState): boolean => state !== 'pending' && state !== 'running'

/** `showing`: all is written, and being made to be seen at this moment: only then nobody can tell what a worker did that died. */
export const exportPhases = ['queued', 'opening', 'writing', 'showing', 'ended'] as const

/** What several workers, one after another, have written beside the target, where nobody looks for it. */
const Beside = z
  .object({
    rows: z.int(),
    /** The attempt that came further last; 0: none has. */
    attempt: z.int(),
    /** Whether an attempt was at the last step, so that it may be seen already. */
    mayBeShown: z.boolean(),
  })
  .meta({ description: 'What lies beside the target, and is not seen there yet; absent: nothing does.' })

/** One writing of a version to where an exporter points: the run that people watch, and what is left of it afterwards. */
export const ExportRecord = z
  .object({
    id: z.string(),
    exporter: Name,
    connector: Name,
    dataset: Name,
    version: z.int(),
    /** The key or the table that is written; known from the beginning, so that a second attempt writes the same. */
    target: z.string().meta({ description: 'The key of the file, or the table, that is written.' }),
    to: z.enum(['files', 'tables']),
    mode: WriteMode,
    format: ExportFormat.nullable().meta({
      description: 'Of a file of rows; null for tables, and for a file as it is.',
    }),
    compression: z.enum(['none', 'gzip', 'zstd']),
    state: ExportState,
    phase: z.enum(exportPhases),
    rows: z.int().meta({ description: 'Rows written.' }),
    bytes: z.int().meta({ description: 'Bytes written, of files.' }),
    percent: z.number().nullable().meta({ description: '0 to 100; null while nobody knows how much there is.' }),
    error: ToldFault.nullable(),
    log: z
      .array(z.object({ at: z.string(), message: z.string() }))
      .meta({ description: 'What happened, in order, in sentences.' }),
    requestedBy: z.string(),
    requested: z.string(),
    started: z.string().nullable(),
    ended: z.string().nullable(),
    cancelRequested: z.boolean(),
    /** Fences attempts: a worker whose attempt is not this one may show nothing. */
    attempt: z.int(),
    /** While running: when the worker was last seen alive. */
    heartbeat: z.string().nullable(),
    beside: Beside.optional(),
  })
  .meta({ id: 'Export' })
export type ExportRecord = z.infer<typeof ExportRecord>
