import type { Name } from '../domain/connector.ts'
import type { SnapshotRecord } from '../domain/snapshot.ts'
import type { Change } from '../ports/catalog.ts'
import { runs, snapshotsOf } from '../ports/dataset-records.ts'
import { tellEnd } from './tell.ts'

type Asked = Pick<SnapshotRecord, 'id' | 'requestedBy'> & Partial<SnapshotRecord> & { readonly datasource: Name }

/** The record of a snapshot that nobody has begun to take. */
export const newSnapshot = (asked: Asked, now: number): SnapshotRecord => ({
  state: 'pending',
  phase: 'queued',
  version: null,
  rows: 0,
  bytes: 0,
  percent: null,
  error: null,
  because: null,
  due: null,
  group: null,
  waits: false,
  requested: new Date(now).toISOString(),
  started: null,
  ended: null,
  cancelRequested: false,
  full: false,
  acceptDrift: false,
  drift: null,
  attempt: 0,
  heartbeat: null,
  ...asked,
})

/** What makes it: its record, and its place among all. Fault conflict where there is one of that id. */
export const creating = (record: SnapshotRecord): readonly Change[] => [
  { create: snapshotsOf(record.datasource), id: record.id, value: record },
  { create: runs, id: `${record.requested}-${record.id}`, value: { id: record.id } },
  ...tellEnd(record),
]
