import * as z from 'zod'
import { Name } from './connector.ts'
import { Retention } from './retention.ts'

export const fileFormats = ['parquet', 'csv', 'ndjson'] as const
export const FileFormat = z.enum(fileFormats)
export type FileFormat = z.infer<typeof FileFormat>

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
  /** Null keeps every version. */
  retention: Retention.nullable().default(null),
  created: z.string(),
  updated: z.string(),
  createdBy: z.string(),
})
export type DatasourceRecord = z.infer<typeof DatasourceRecord>
