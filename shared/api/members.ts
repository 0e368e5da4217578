import * as z from 'zod'
import { Role } from '../domain/caller.ts'
import { operation, page, paging } from './operation.ts'

const Member = z
  .object({
    id: z.string(),
    name: z.string().nullable(),
    role: Role,
    disabled: z.boolean(),
    lastSeen: z.string().nullable().meta({ description: 'Good to the hour; null: never.' }),
  })
  .meta({ id: 'Member' })

export const listMembers = operation({
  method: 'GET',
  path: '/v1/members',
  tag: 'Identity',
  summary: 'List everyone who was ever let in or given a role',
  role: 'admin',
  needs: { catalog: 'read' },
  query: z.strictObject(paging),
  reply: page(Member),
  faults: [],
})

export const putMember = operation({
  method: 'PUT',
  path: '/v1/members/{id}',
  tag: 'Identity',
  summary: 'Give a member a role, or shut them out; within a minute it counts',
  role: 'admin',
  needs: { catalog: 'write' },
  params: z.strictObject({ id: z.string().min(1).max(128) }),
  body: z.strictObject({
    role: Role,
    name: z.string().trim().min(1).max(200).optional(),
    disabled: z.boolean().default(false),
  }),
  reply: Member,
  faults: ['conflict'],
})
