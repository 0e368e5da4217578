import * as z from 'zod'

/** Each role may do what the ones before it may. */
export const roles = ['viewer', 'editor', 'admin'] as const
export const Role = z.enum(roles)
export type Role = z.infer<typeof Role>

/** Who asks. */
export interface Caller {
  readonly id: string
  readonly role: Role
}

export const isAtLeast = (caller: Caller, role: Role): boolean => roles.indexOf(caller.role) >= roles.indexOf(role)

/** What is kept of a token, under its hash. */
export const TokenRecord = z.object({
  caller: z.string(),
  role: Role,
  created: z.string(),
  /** ISO 8601, UTC; null: it does not expire. */
  expires: z.string().nullable(),
})
export type TokenRecord = z.infer<typeof TokenRecord>
