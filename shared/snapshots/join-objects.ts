import { compareKeys } from '../domain/compare-keys.ts'
import type { Part } from '../domain/snapshot.ts'
import type { World } from '../ports/index.ts'
import type { Continuation } from './continue-version.ts'
import { type BaseVersion, checkBase } from './continued.ts'
import { nothingListed, objectsIn } from './plan-objects.ts'
import type { Plan } from './plan-snapshot.ts'
import { readManifest } from './read-version.ts'
import { boundReuse } from './reuse-parts.ts'

/**
 * What the objects of a plan came to: those that were read, and those that the version before has as they are, in byte order
 * of their names. Faults: not-found where all have vanished and nothing tells their columns, source-changed where the
 * version before was deleted meanwhile.
 */
export async function joinObjects(
  world: World<{ catalog: 'read'; objects: 'write' }>,
  plan: Plan & Required<Pick<Plan, 'objects'>>,
  copied: readonly Continuation[],
): Promise<Continuation> {
  const { base, gone, ...known } = plan.objects
  const extracted = copied.flatMap((each) => each.extracted)
  const found = known.found ?? extracted[0]
  if (found === undefined) throw nothingListed()
  const before = base === null ? [] : await partsOf(world, plan.datasource.name, base)
  const isUnchanged = plan.partitions.length === 0 && gone.length === 0
  const others = new Set([...gone, ...plan.partitions.flatMap(objectsIn).map(({ name }) => name)])
  const read = extracted.flatMap(({ parts }) => parts)
  const all = [...before.filter(({ object }) => object !== undefined && !others.has(object)), ...read]
    .filter(({ object }) => object !== undefined)
    .sort((a, b) => compareKeys(a.object!, b.object!))
  const parts = isUnchanged ? before : all.length > 0 ? all : read.slice(0, 1)
  const { moved, shared } = await boundReuse(world, plan.prefix, parts)
  return {
    extracted: (extracted.length > 0 ? extracted : [found]).map((each) => ({ ...each, parts: [] })),
    continued: { base: shared ? base : null, parts: moved, increment: null },
    isUnchanged,
  }
}

/** The parts of a version. Faults: source-changed where it was deleted. */
async function partsOf(
  world: World<{ catalog: 'read'; objects: 'read' }>,
  dataset: string,
  base: BaseVersion,
): Promise<readonly Part[]> {
  try {
    return (await readManifest(world, base.manifest)).parts
  } catch (thrown) {
    await checkBase(world, dataset, base)
    throw thrown
  }
}
