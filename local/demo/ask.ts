import type { Operation, UseCase } from '../../shared/api/operation.ts'
import { perform, type Request } from '../../shared/api/perform.ts'
import type { Caller } from '../../shared/domain/caller.ts'
import type { Fault } from '../../shared/domain/faults.ts'
import type { WholeWorld } from '../../shared/ports/index.ts'

/** Who made what the demo brings. */
export const demoCaller: Caller = { id: 'headgate-demo', role: 'admin' }

/** Performs an operation as whoever calls the API would, and throws how it failed. */
export async function ask<O extends Operation>(
  op: O,
  run: UseCase<O>,
  world: WholeWorld,
  request: Request,
): Promise<void> {
  let failed: Fault | undefined
  const { signal } = new AbortController()
  const onFault = (fault: Fault) => {
    failed = fault
  }
  await perform(op, run, world as never, request, { caller: demoCaller, signal, requestId: 'start', onFault })
  if (failed) throw failed
}
