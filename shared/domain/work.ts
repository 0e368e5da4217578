/* What workers at a snapshot tell each other. Records of attempts: nobody reads them once the snapshot has ended. */

import * as z from 'zod'
import { type FaultCode, faults } from './faults.ts'

/** A failure as records hold it. */
export const ToldFault = z.object({
  code: z.enum(Object.keys(faults) as [FaultCode]),
  detail: z.string(),
  hint: z.string().nullable(),
})
export type ToldFault = z.infer<typeof ToldFault>

/** The right to work at a snapshot: good for as long as the record has this attempt. */
export const Claim = z.object({
  snapshot: z.string(),
  attempt: z.int(),
  /** Of a group: the first of its snapshots, which shows that they are worked at, and under which their view is. */
  first: z.string().optional(),
})
export type Claim = Readonly<z.infer<typeof Claim>>

/** What a worker at a partition is asked for. */
export const PartitionWork = z.object({
  claim: Claim,
  /** Its place in the plan. */
  partition: z.int(),
  /** Which time it is asked for: who was asked before is known to be gone. */
  time: z.int(),
})
export type PartitionWork = Readonly<z.infer<typeof PartitionWork>>

/** What a holder of a view is asked for. */
export const HoldingWork = z.object({
  claim: Claim,
  /** The holder that asks to be relieved; null: there should be none. */
  relieves: z.string().nullable(),
})
export type HoldingWork = Readonly<z.infer<typeof HoldingWork>>

/** One of the connections that a connector may have at once, and who has it. Kept when it is free: its revision fences. */
export const LeaseRecord = z.object({
  holder: z.string(),
  /** Milliseconds since 1970: then it is free again. */
  until: z.int(),
  /** Of a connection that holds a view, and does not read. */
  isView: z.literal(true).optional(),
  /** Of who waits, at the head of those of this priority: those of a lower one wait for it. */
  priority: z.int().optional(),
})
export type LeaseRecord = z.infer<typeof LeaseRecord>

/**
 * The one moment that the partitions of an attempt read. `none`: the source shares no moment. `over`: it is lost, and the
 * attempt with it. Once it is anything but `held` it stays so.
 */
export const ViewRecord = z.object({
  state: z.enum(['held', 'none', 'over', 'failed']),
  /** The kind's own, by which the moment is read just now. */
  token: z.unknown(),
  /** Who holds it. */
  holder: z.string(),
  /** When it was first held, milliseconds since 1970: what was committed at the source before is in it. */
  begun: z.int().optional(),
  /** When the holder was last seen alive, milliseconds since 1970. */
  seen: z.int(),
  error: ToldFault.nullable(),
})
export type ViewRecord = z.infer<typeof ViewRecord>

/** How far a partition is. */
export const PartitionRecord = z.object({
  state: z.enum(['running', 'done', 'failed']),
  /** How often it was begun: the number fences, and is part of what it writes to. */
  tries: z.int(),
  begun: z.int(),
  seen: z.int(),
  rows: z.int(),
  bytes: z.int(),
})
export type PartitionRecord = z.infer<typeof PartitionRecord>
