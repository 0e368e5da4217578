import { createHash } from 'node:crypto'
import type { Name } from '../domain/connector.ts'
import type { ScheduleRecord } from '../domain/schedule.ts'
import { ulidOf } from '../snapshots/ulid.ts'

/**
 * The id of the snapshot that a schedule takes for a due time, milliseconds since 1970: always the same one, so that of
 * two triggers for one time the second finds it taken. Of another datasource that is taken with it, `of` names that.
 */
export const scheduledSnapshotId = (
  { datasource, uid }: Pick<ScheduleRecord, 'datasource' | 'uid'>,
  due: number,
  of: Name = datasource,
): string => `${of}-${idOf(uid, due)}`

/** The id of the group that a schedule takes for a due time. */
export const scheduledGroupId = ({ uid }: Pick<ScheduleRecord, 'uid'>, due: number): string => `grp_${idOf(uid, due)}`

function idOf(uid: string, due: number): string {
  const hash = createHash('sha256').update(`${uid} ${due}`).digest('hex').slice(0, 20)
  return ulidOf(due, BigInt(`0x${hash}`))
}
