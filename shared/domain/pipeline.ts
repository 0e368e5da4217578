import * as z from 'zod'
import { Instant } from './connector.ts'

/** `archiving`: its objects are going; `archived`: they are gone, and the record goes with the next sweep. */
export const PipelineState = z.enum(['active', 'archiving', 'archived'])

/** A stretch of one user's work: objects in its scope are seen in it alone, and go when it is archived. */
export const PipelineRecord = z.object({
  id: z.string(),
  /** The caller who made it, and alone sees it. */
  owner: z.string(),
  title: z.string(),
  state: PipelineState,
  created: Instant,
  /** When it is archived by itself; null: never. */
  expires: Instant.nullable(),
  /** When archiving began. */
  archived: Instant.nullable(),
})
export type PipelineRecord = z.infer<typeof PipelineRecord>
