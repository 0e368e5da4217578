import { Fault } from '../domain/faults.ts'
import type { GroupRecord } from '../domain/group.ts'
import type { SnapshotRecord } from '../domain/snapshot.ts'
import type { Claim } from '../domain/work.ts'
import type { CatalogReader, Entry } from '../ports/catalog.ts'
import { groups } from '../ports/dataset-records.ts'
import type { World } from '../ports/index.ts'
import { findSnapshot, isHeld, replacedTogether } from './run-record.ts'

/** The records of snapshots that are taken together, the first before the others. */
export type Together = readonly [Entry<SnapshotRecord>, ...Entry<SnapshotRecord>[]]

/** A group's record. Fault not-found. */
export async function findGroup(catalog: CatalogReader, id: string): Promise<GroupRecord> {
  const entry = await catalog.get(groups, id)
  if (entry === undefined) throw new Fault('not-found', `There is no group ${JSON.stringify(id.slice(0, 63))}.`)
  return entry.value
}

/** A snapshot, and where it is taken in a group all of that. Fault not-found. */
export async function findTogether(world: World<{ catalog: 'read' }>, id: string): Promise<Together> {
  const one = await findSnapshot(world, id)
  if (one.value.group === null) return [one]
  const { snapshots } = await findGroup(world.catalog, one.value.group)
  const found = await Promise.all(snapshots.map((each) => findSnapshot(world, each)))
  return found as [Entry<SnapshotRecord>, ...Entry<SnapshotRecord>[]]
}

/** The snapshot by whose start that one is taken: itself, or the first of its group. */
export async function findStarter(
  world: World<{ catalog: 'read' }>,
  one: Entry<SnapshotRecord>,
): Promise<Entry<SnapshotRecord>> {
  if (one.value.group === null) return one
  return await findSnapshot(world, (await findGroup(world.catalog, one.value.group)).snapshots[0]!)
}

/** The same entries, each with another value: what is to replace them. */
export const withEach = (together: Together, change: (record: SnapshotRecord) => SnapshotRecord): Together =>
  together.map((entry) => ({ ...entry, value: change(entry.value) })) as unknown as Together

/**
 * Changes the record of a claimed snapshot and of those that are taken with it, all or none, if the claim still holds:
 * they begin, are cancelled and end together. Gives that of the claim; undefined where it does not hold.
 */
export async function changeTogether(
  world: World<{ catalog: 'write' }>,
  { snapshot, attempt }: Claim,
  change: (record: SnapshotRecord) => Partial<SnapshotRecord>,
): Promise<SnapshotRecord | undefined> {
  for (;;) {
    const found = await findTogether(world, snapshot)
    if (found.some(({ value }) => !isHeld(value, attempt))) return undefined
    const changed = withEach(found, (value) => ({ ...value, ...change(value) }))
    if (await replacedTogether(world, changed)) return changed.find(({ id }) => id === snapshot)!.value
  }
}

/** The claims to snapshots that are taken together, once their records have an attempt. */
export const claimsOf = (together: Together): readonly [Claim, ...Claim[]] =>
  together.map(({ id, value: { attempt } }) => ({
    snapshot: id,
    attempt,
    ...(together.length > 1 && { first: together[0].id }),
  })) as [Claim, ...Claim[]]

/** The claim to the first of those that are taken together: itself, where that is one alone. */
export const firstOf = ({ snapshot, attempt, first = snapshot }: Claim): Claim => ({ snapshot: first, attempt })
