import { createHash } from 'node:crypto'
import type { ScheduleRecord } from '../domain/schedule.ts'
import { ulidOf } from '../snapshots/ulid.ts'

/**
 * The id of the snapshot that a schedule takes for a due time, milliseconds since 1970: always the same one, so that of
 * two triggers for one time the second finds it taken.
 */
export function scheduledSnapshotId({ datasource, uid }: ScheduleRecord, due: number): string {
  const hash = createHash('sha256').update(`${uid} ${due}`).digest('hex').slice(0, 20)
  return `${datasource}-${ulidOf(due, BigInt(`0x${hash}`))}`
}
