import * as z from 'zod'

/** Each role may do what the ones before it may. */
export const roles = ['viewer', 'editor', 'admin'] as const
export const Role = z.enum(roles)
export type Role = z.infer<typeof Role>

/** What a token is good for, each by itself: reading, having things run at sources, changing, administrating. */
export const scopes = ['read', 'run', 'write', 'admin'] as const
export const Scope = z.enum(scopes)
export type Scope = z.infer<typeof Scope>

/** Who asks. */
export interface Caller {
  readonly id: string
  readonly role: Role
  /** Absent: all of them. */
  readonly scopes?: readonly Scope[]
  /** The names of the connectors that may be opened; absent: all of them. */
  readonly connectors?: readonly string[]
  /** The id of the token that was sent, where it was one of ours. */
  readonly token?: string
}

/** Who calls what anyone may call. */
export const anyone: Caller = { id: 'anyone', role: 'viewer' }

export const isAtLeast = (caller: Caller, role: Role): boolean => roles.indexOf(caller.role) >= roles.indexOf(role)

/** Of two roles the one that may do less. */
export const lesserRole = (a: Role, b: Role): Role => (roles.indexOf(a) < roles.indexOf(b) ? a : b)

/** What is kept of a token, under its hash. */
export const TokenRecord = z.object({
  /** Absent of those that are made by hand at the start. */
  id: z.string().optional(),
  caller: z.string(),
  role: Role,
  scopes: z.array(Scope).optional(),
  connectors: z.array(z.string()).optional(),
  created: z.string(),
  /** ISO 8601, UTC; null: it does not expire. */
  expires: z.string().nullable(),
})
export type TokenRecord = z.infer<typeof TokenRecord>
