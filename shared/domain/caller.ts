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
