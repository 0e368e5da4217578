import type * as api from '../api/auth.ts'
import type { UseCase } from '../api/operation.ts'
import { type Scope, scopes } from '../domain/caller.ts'
import { Fault } from '../domain/faults.ts'
import { deviceLogins } from '../ports/identity-records.ts'
import { findDevice } from './find-device.ts'

export const answerDevice: UseCase<typeof api.answerDevice> = async ({ catalog }, { userCode, body, caller }) => {
  if (caller.connectors !== undefined)
    throw new Fault('forbidden', 'A token that is good for some connectors lets no device in.', {
      hint: 'Sign in, and approve the device then.',
    })
  const { id, value, revision } = await findDevice(catalog, userCode)
  const own: readonly Scope[] = caller.scopes ?? scopes
  const answered = body.approve
    ? {
        ...value,
        state: 'approved' as const,
        caller: caller.id,
        role: caller.role,
        scopes: value.scopes.filter((scope) => own.includes(scope)),
      }
    : { ...value, state: 'denied' as const }
  const expires = Math.floor(Date.parse(value.expires) / 1000)
  await catalog.write([{ replace: deviceLogins, id, value: answered, revision, expires }]).catch((cause) => {
    throw new Fault('conflict', 'The device asked at the same moment.', { hint: 'Answer once more.', cause })
  })
  return { body: undefined }
}
