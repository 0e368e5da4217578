import type { Name } from '../domain/connector.ts'
import type { EventRecord, EventType } from '../domain/event.ts'
import { isEnded, type SnapshotRecord } from '../domain/snapshot.ts'
import type { Change } from '../ports/catalog.ts'
import { outbox } from '../ports/event-records.ts'
import { ulid } from './ulid.ts'

const typeOf = {
  done: 'snapshot.succeeded',
  failed: 'snapshot.failed',
  skipped: 'snapshot.skipped',
  cancelled: 'snapshot.cancelled',
} as const

/** So many changes of columns are told; the snapshot has more. */
const toldAtMost = 20

/** Tells of the end of a snapshot, in the transaction that ends it: nothing for one that goes on. */
export function tellEnd(record: SnapshotRecord): readonly Change[] {
  const { state, datasource, drift } = record
  if (!isEnded(state)) return []
  const { attempt: _, heartbeat: __, ...facts } = record
  const data = { snapshot: { ...facts, drift: drift?.slice(0, toldAtMost) ?? null } }
  const types: EventType[] = [typeOf[state as keyof typeof typeOf], ...(drift ? ['snapshot.drifted' as const] : [])]
  return types.map((type) => tell(type, datasource, data))
}

/** Tells that another version of a dataset is read now; null: none any more. */
export const tellVersion = (dataset: Name, version: number | null): Change =>
  tell('dataset.changed', dataset, { dataset, version })

/** What has an event told, once what is written with it is there. */
export function tell(type: EventType, datasource: Name, data: EventRecord['data'], at = Date.now()): Change {
  const id = `evt_${ulid()}`
  const value: EventRecord = { id, type, at: new Date(at).toISOString(), datasource, data }
  return { create: outbox, id, value }
}
