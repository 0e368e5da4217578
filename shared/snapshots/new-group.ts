import type { Name } from '../domain/connector.ts'
import type { Group, GroupRecord } from '../domain/group.ts'
import type { Change } from '../ports/catalog.ts'
import { groups } from '../ports/dataset-records.ts'
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
  const id = `grp_${ulid(now)}`
  const snapshots = datasources.map((datasource) =>
    newSnapshot({ id: newSnapshotId(datasource, now), datasource, requestedBy, acceptDrift, group: id }, now),
  )
  const requested = new Date(now).toISOString()
  const record: GroupRecord = { id, connector, snapshots: snapshots.map(({ id }) => id), requestedBy, requested }
  return {
    group: { ...record, state: 'pending', snapshots },
    changes: [{ create: groups, id, value: record }, ...snapshots.flatMap(creating)],
  }
}
