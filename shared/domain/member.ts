import * as z from 'zod'
import { Role } from './caller.ts'
import { Instant } from './connector.ts'

/** A role that an administrator gave: it counts over what a token or a sign-in says. */
export const MemberRecord = z.object({
  id: z.string(),
  name: z.string().nullable(),
  role: Role,
  /** Nothing of a disabled member is let in. */
  disabled: z.boolean(),
  updated: Instant,
  updatedBy: z.string(),
})
export type MemberRecord = z.infer<typeof MemberRecord>

/** When somebody was last let in, or a token was last used: good to the hour. */
export const SeenRecord = z.object({
  id: z.string(),
  name: z.string().nullable(),
  role: Role.nullable(),
  at: Instant,
})
export type SeenRecord = z.infer<typeof SeenRecord>
