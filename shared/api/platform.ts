import * as z from 'zod'
import { Role, Scope } from '../domain/caller.ts'
import { operation } from './operation.ts'

export const getHealth = operation({
  method: 'GET',
  path: '/v1/health',
  tag: 'Platform',
  summary: 'Whether it is alive, and which version',
  role: 'anyone',
  needs: {},
  reply: z.object({ status: z.literal('ok'), version: z.string() }).meta({ id: 'Health' }),
  faults: [],
})

export const getOpenapi = operation({
  method: 'GET',
  path: '/v1/openapi.json',
  tag: 'Platform',
  summary: 'This API as an OpenAPI 3.1 document',
  role: 'anyone',
  needs: {},
  reply: z.record(z.string(), z.unknown()),
  faults: [],
})

export const getMe = operation({
  method: 'GET',
  path: '/v1/me',
  tag: 'Platform',
  summary: 'The caller',
  role: 'viewer',
  needs: {},
  reply: z
    .object({
      id: z.string(),
      role: Role,
      roles: z.array(Role),
      scopes: z.array(Scope),
      connectors: z.array(z.string()).nullable(),
    })
    .meta({ id: 'Me' }),
  faults: [],
})
