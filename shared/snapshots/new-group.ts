import type { Name } from '../domain/connector.ts'
import type { Group, GroupRecord } from '../domain/group.ts'
import type { SnapshotRecord } from '../domain/snapshot.ts'
import type { Change } from '../ports/catalog.ts'
import { groupOf } from './group-of.ts'
import { newSnapshotId } from './keys.ts'
import { creating, newSnapshot } from './new-snapshot.ts'
import { ulid } from './ulid.ts'

interface Asked extends Pick<GroupRecord, 'connector' | 'requestedBy'> {
  readonly datasources: readonly Name[]
  readonly acceptDrift: boolean
}

/** A group that nobody has begun to take, and what makes it: its record, and its snapshots. */
export function newGroup(
  { connector, datasources, requestedBy, acceptDrift }: Asked,
  now: number,
): { readonly group: Group; readonly changes: readonly Change[] } {
  const snapshots = datasources.map((datasource) =>
    newSnapshot({ id: newSnapshotId(datasource, now), datasource, requestedBy, acceptDrift }, now),
  ) as [SnapshotRecord, ...SnapshotRecord[]]
  const { group, change } = groupOf({ id: `grp_${ulid(now)}`, connector, snapshots }, now)
  return { group, changes: [change, ...group.snapshots.flatMap(creating)] }
}
