import type { World } from '../ports/index.ts'
import type { Continuation } from './continue-version.ts'
import type { Extracting } from './extract-partition.ts'
import type { Plan } from './plan-snapshot.ts'

export async function takeObjects(
  _world: World<{ catalog: 'write'; objects: 'write'; sources: 'open' }>,
  _plan: Plan,
  _at: Extracting,
): Promise<Continuation> {
  throw new Error('not yet')
}
