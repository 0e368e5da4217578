import type { UseCase } from '../api/operation.ts'
import type * as api from '../api/platform.ts'
import { roles, scopes } from '../domain/caller.ts'

export const getMe: UseCase<typeof api.getMe> = async (_world, { caller }) => ({
  body: {
    id: caller.id,
    role: caller.role,
    roles: roles.slice(0, roles.indexOf(caller.role) + 1),
    scopes: [...(caller.scopes ?? scopes)],
    connectors: caller.connectors ? [...caller.connectors] : null,
  },
})
