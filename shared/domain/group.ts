import * as z from 'zod'
import { Name } from './connector.ts'
import { SnapshotRecord, SnapshotState } from './snapshot.ts'

/** So many snapshots are published by one write of the catalog: each is six records of at most a hundred. */
export const mostInGroup = 16

/** Which snapshots are taken together. Never changes: how far they are is in their own records. */
export const GroupRecord = z.object({
  id: z.string(),
  /** Whose moment they are of. */
  connector: Name,
  /** In the order that was asked for. The first one shows for all that they are worked at. */
  snapshots: z.array(z.string()).min(2).max(mostInGroup),
  requestedBy: z.string(),
  requested: z.string(),
})
export type GroupRecord = z.infer<typeof GroupRecord>

/** Snapshots of one moment of their source, published together or not at all. */
export const Group = GroupRecord.extend({
  state: SnapshotState.meta({ description: 'Of all its snapshots: they begin and end together.' }),
  snapshots: z.array(SnapshotRecord),
}).meta({ id: 'Group' })
export type Group = z.infer<typeof Group>
