import type { Group, GroupRecord } from '../domain/group.ts'
import type { SnapshotRecord } from '../domain/snapshot.ts'
import type { Change } from '../ports/catalog.ts'
import { groups } from '../ports/dataset-records.ts'

interface Joined extends Pick<GroupRecord, 'id' | 'connector'> {
  readonly snapshots: readonly [SnapshotRecord, ...SnapshotRecord[]]
}

/** Snapshots that nobody has begun to take as one group, and what makes its record. */
export function groupOf(
  { id, connector, snapshots: alone }: Joined,
  now: number,
): { readonly group: Group; readonly change: Change } {
  const [{ requestedBy }] = alone
  const snapshots = alone.map((each) => ({ ...each, group: id }))
  const requested = new Date(now).toISOString()
  const record: GroupRecord = { id, connector, snapshots: snapshots.map(({ id }) => id), requestedBy, requested }
  return {
    group: { ...record, state: 'pending', snapshots },
    change: { create: groups, id, value: record },
  }
}
