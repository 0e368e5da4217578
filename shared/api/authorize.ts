import { type Caller, isAtLeast } from '../domain/caller.ts'
import { Fault } from '../domain/faults.ts'
import type { Operation } from './operation.ts'

/**
 * Whether a caller may call an operation: the one place where roles and scopes are checked, by the operation's row.
 * Faults: unauthenticated, forbidden.
 */
export function authorize(op: Pick<Operation, 'role' | 'scope'>, caller: Caller | undefined): void {
  if (op.role === 'anyone') return
  if (caller === undefined)
    throw new Fault('unauthenticated', 'This needs a signed-in caller.', {
      hint: 'Send a token: `Authorization: Bearer hg_pat_…`.',
    })
  if (!isAtLeast(caller, op.role))
    throw new Fault('forbidden', `This needs the role ${op.role}.`, { hint: 'Ask an administrator for the role.' })
  if (!(caller.scopes ?? [op.scope]).includes(op.scope))
    throw new Fault('forbidden', `This needs a token with the scope ${op.scope}.`, {
      hint: 'Make another token, with that scope.',
    })
}
