import * as z from 'zod'
import { NameOrUid } from '../domain/connector.ts'
import { Group, mostInGroup } from '../domain/group.ts'
import { operation } from './operation.ts'

export const createGroup = operation({
  method: 'POST',
  path: '/v1/snapshots',
  tag: 'Snapshots',
  summary: 'Take snapshots of several datasources as of one moment, published together or not at all',
  role: 'editor',
  needs: { catalog: 'write', runs: 'start', sources: 'know' },
  body: z
    .strictObject({
      datasources: z
        .array(NameOrUid)
        .min(2)
        .max(mostInGroup)
        .meta({ description: `2 to ${mostInGroup} datasources of one connector, whose strategy is "full".` }),
      acceptDrift: z.boolean().default(false).meta({
        description: 'Publish changed columns, though a datasource does not let them change.',
      }),
    })
    .meta({ id: 'NewGroup' }),
  status: 202,
  reply: Group,
  idempotent: true,
  faults: ['not-found', 'not-offered'],
})

export const getGroup = operation({
  method: 'GET',
  path: '/v1/groups/{id}',
  tag: 'Snapshots',
  summary: 'Get a group with its snapshots',
  role: 'viewer',
  needs: { catalog: 'read' },
  params: z.strictObject({ id: z.string().min(1).max(100) }),
  reply: Group,
  faults: ['not-found'],
})
