import * as z from 'zod'
import { Name, NameOrUid } from '../domain/connector.ts'
import { SnapshotRecord, SnapshotState } from '../domain/snapshot.ts'
import { operation, page, paging } from './operation.ts'

const datasource = z.strictObject({ name: NameOrUid })

const snapshot = z.strictObject({ id: z.string().min(1).max(100) })

export const createSnapshot = operation({
  method: 'POST',
  path: '/v1/datasources/{name}/snapshots',
  tag: 'Snapshots',
  summary: 'Take a snapshot; it can be watched while it runs',
  role: 'editor',
  needs: { catalog: 'write', runs: 'start' },
  params: datasource,
  body: z
    .strictObject({
      acceptDrift: z.boolean().default(false).meta({
        description: 'Publish changed columns, though the datasource does not let them change.',
      }),
      full: z.boolean().default(false).meta({
        description: 'Read everything, where the strategy would read what is new.',
      }),
    })
    .optional()
    .transform((body) => body ?? { acceptDrift: false, full: false })
    .meta({ id: 'NewSnapshot' }),
  status: 202,
  reply: SnapshotRecord,
  idempotent: true,
  faults: ['not-found'],
})

export const listSnapshots = operation({
  method: 'GET',
  path: '/v1/datasources/{name}/snapshots',
  tag: 'Snapshots',
  summary: 'List the snapshots of a datasource, the newest first',
  role: 'viewer',
  needs: { catalog: 'read' },
  params: datasource,
  query: z.strictObject({ ...paging, state: SnapshotState.optional() }),
  reply: page(SnapshotRecord),
  faults: ['not-found'],
})

export const listRuns = operation({
  method: 'GET',
  path: '/v1/runs',
  tag: 'Snapshots',
  summary: 'List the snapshots of all datasources, those asked for last first, with why they ended',
  role: 'viewer',
  needs: { catalog: 'read' },
  query: z.strictObject({
    ...paging,
    state: SnapshotState.optional(),
    datasource: Name.optional().meta({ description: 'Only those of the datasource of that name.' }),
    since: z.iso.datetime({ offset: true }).optional().meta({ description: 'Only those asked for since, ISO 8601.' }),
  }),
  reply: page(SnapshotRecord),
  faults: [],
})

export const getSnapshot = operation({
  method: 'GET',
  path: '/v1/snapshots/{id}',
  tag: 'Snapshots',
  summary: 'Get one snapshot',
  role: 'viewer',
  needs: { catalog: 'read' },
  params: snapshot,
  reply: SnapshotRecord,
  faults: ['not-found'],
})

export const watchSnapshot = operation({
  method: 'GET',
  path: '/v1/snapshots/{id}/events',
  tag: 'Snapshots',
  summary: 'Watch a snapshot: NDJSON, a line whenever it changes, until it has ended',
  role: 'viewer',
  needs: { catalog: 'read' },
  params: snapshot,
  reply: SnapshotRecord,
  answers: 'bytes',
  faults: ['not-found'],
})

export const cancelSnapshot = operation({
  method: 'POST',
  path: '/v1/snapshots/{id}/cancel',
  scope: 'run',
  tag: 'Snapshots',
  summary: 'Cancel a snapshot; a running one ends within seconds',
  role: 'editor',
  needs: { catalog: 'write' },
  params: snapshot,
  body: z.strictObject({}).optional(),
  status: 202,
  reply: SnapshotRecord,
  faults: ['not-found', 'conflict'],
})
