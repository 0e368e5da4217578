import { type Caller, isAtLeast } from '../domain/caller.ts'
import { Fault } from '../domain/faults.ts'

/** Whose tokens are meant: the caller's own, or for an administrator anyone's. Fault forbidden. */
export function ownerOfTokens(caller: Caller, wanted: string | undefined): string {
  if (wanted === undefined || wanted === caller.id) return caller.id
  const mayAll = isAtLeast(caller, 'admin') && (caller.scopes ?? ['admin']).includes('admin')
  if (mayAll && caller.connectors === undefined) return wanted
  throw new Fault('forbidden', 'The tokens of others are for administrators.', { hint: 'Leave `member` out.' })
}
