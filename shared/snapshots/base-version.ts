import { isIncremental } from '../domain/datasource.ts'
import { isFault } from '../domain/faults.ts'
import type { Manifest } from '../domain/snapshot.ts'
import type { World } from '../ports/index.ts'
import type { BaseVersion } from './continued.ts'
import type { Plan } from './plan-snapshot.ts'
import { findVersion, readManifest } from './read-version.ts'

/** A version that the next one may share parts with. */
export interface Base extends BaseVersion {
  readonly content: Manifest
}

type Reading = World<{ catalog: 'read'; objects: 'read' }>

/** As `findLast`, but undefined where everything is to be read. */
export async function findBase(world: Reading, plan: Plan): Promise<Base | undefined> {
  const last = plan.full ? undefined : await findLast(world, plan)
  return last && isBase(last, plan) ? last : undefined
}

/** Whether the next version can go on from this one: not after so many increments as the datasource says. */
export function isBase({ content: { increment } }: Base, { datasource }: Pick<Plan, 'datasource'>): boolean {
  const { strategy } = datasource
  if (!isIncremental(strategy)) return true
  return increment !== null && increment.count < strategy.fullEvery
}

/**
 * The version that is read now, where it was copied as this plan would copy: then what has not changed since can be taken
 * from it. Undefined where there is none such.
 */
export async function findLast(
  world: Reading,
  { datasource, basis }: Pick<Plan, 'datasource' | 'basis'>,
): Promise<Base | undefined> {
  try {
    const { value } = await findVersion(world, datasource.name)
    const content = await readManifest(world, value.manifest)
    return content.basis === basis ? { version: value.version, manifest: value.manifest, content } : undefined
  } catch (thrown) {
    if (isFault(thrown, 'not-found')) return undefined
    throw thrown
  }
}
