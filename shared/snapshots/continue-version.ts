import type { World } from '../ports/index.ts'
import { findBase } from './base-version.ts'
import { beginIncrement } from './begin-increment.ts'
import { type Continued, fromNothing } from './continued.ts'
import type { Extracted, Extracting } from './extract-partition.ts'
import type { Plan } from './plan-snapshot.ts'

/** What a snapshot came to that may share parts with the version before. */
export interface Continuation {
  readonly extracted: readonly Extracted[]
  readonly continued: Continued
  /** Whether the version would hold just what the one before holds. */
  readonly isUnchanged: boolean
  /** Of what one connection has read of a group: when its moment began, ISO 8601. */
  readonly moment?: string
}

type Copying = World<{ catalog: 'write'; objects: 'write'; sources: 'open' }>

/** Whether the strategy of a plan takes from the version before what has not changed since. */
export const goesOn = ({ datasource }: Pick<Plan, 'datasource'>): boolean => datasource.strategy !== 'full'

/** Copies what is new in a partition, or where everything is read what is in it, as the strategy of the plan says. */
export async function continueVersion(
  world: Copying,
  plan: Plan,
  partition: number,
  at: Extracting,
): Promise<Continuation> {
  const { strategy } = plan.datasource
  if (strategy === 'full') throw new TypeError('There is nothing to go on from.')
  if (strategy.kind === 'incremental') {
    if (plan.full) return await beginIncrement(world, plan, strategy, partition, at)
    const { takeIncrement } = await import('./take-increment.ts')
    return await takeIncrement(world, plan, strategy, at)
  }
  const { readObjects } = await import('./read-objects.ts')
  return await readObjects(world, plan, partition, at)
}

/**
 * The version that is read now once more, of the same parts, where it has the fingerprint of the plan. Undefined where it
 * has another one, or where everything is to be read.
 */
export async function repeatVersion(
  world: World<{ catalog: 'read'; objects: 'read' }>,
  plan: Plan,
): Promise<Continuation | undefined> {
  if (plan.fingerprint === null) return undefined
  const base = await findBase(world, plan)
  if (base === undefined || base.content.fingerprint !== plan.fingerprint) return undefined
  const { version, manifest, content } = base
  const { shape, columns, consistency, parts } = content
  return {
    extracted: [{ shape, columns, consistency, parts: [] }],
    continued: { ...fromNothing, base: { version, manifest }, parts },
    isUnchanged: true,
  }
}
