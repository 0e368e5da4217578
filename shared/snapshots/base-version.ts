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

/**
 * The version that is read now, where it was copied as this plan would copy: then what has not changed since can be taken
 * from it. Undefined where there is none such, or where everything is to be read: because somebody asks for it, or after so
 * many increments as the datasource says.
 */
export async function findBase(
  world: World<{ catalog: 'read'; objects: 'read' }>,
  { datasource, basis, full }: Pick<Plan, 'datasource' | 'basis' | 'full'>,
): Promise<Base | undefined> {
  if (full) return undefined
  try {
    const { value } = await findVersion(world, datasource.name)
    const content = await readManifest(world, value.manifest)
    const { strategy } = datasource
    const isIncremental = typeof strategy === 'object' && strategy.kind === 'incremental'
    if (content.basis !== basis) return undefined
    if (isIncremental && !(content.increment && content.increment.count < strategy.fullEvery)) return undefined
    return { version: value.version, manifest: value.manifest, content }
  } catch (thrown) {
    if (isFault(thrown, 'not-found')) return undefined
    throw thrown
  }
}
