import type * as api from '../api/members.ts'
import type { UseCase } from '../api/operation.ts'
import { Fault } from '../domain/faults.ts'
import type { MemberRecord } from '../domain/member.ts'
import { ownerPart } from '../domain/owner.ts'
import { members, seen } from '../ports/identity-records.ts'

export const putMember: UseCase<typeof api.putMember> = async ({ catalog }, { id, body, caller }) => {
  if (id === caller.id && (body.role !== 'admin' || body.disabled))
    throw new Fault('conflict', 'Nobody takes the administrator’s role from themselves.', {
      hint: 'Another administrator can do it.',
    })
  const place = ownerPart(id)
  const before = await catalog.get(members, place)
  const value: MemberRecord = {
    id,
    name: body.name ?? before?.value.name ?? null,
    role: body.role,
    disabled: body.disabled,
    updated: new Date().toISOString(),
    updatedBy: caller.id,
  }
  await catalog.write([
    before ? { replace: members, id: place, value, revision: before.revision } : { create: members, id: place, value },
  ])
  const last = (await catalog.get(seen, `callers/${place}`))?.value
  const { name, role, disabled } = value
  return { body: { id, name: name ?? last?.name ?? null, role, disabled, lastSeen: last?.at ?? null } }
}
