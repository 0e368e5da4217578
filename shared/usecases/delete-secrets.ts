import type { UseCase } from '../api/operation.ts'
import type * as api from '../api/secrets.ts'
import { checkScopes, dropSecret, secretText } from './own-secrets.ts'

export const deleteSecrets: UseCase<typeof api.deleteSecrets> = async (world, { body, caller }) => {
  checkScopes(body.secrets, caller)
  for (const secret of body.secrets) await dropSecret(world, secret, caller)
  return { body: undefined, things: body.secrets.map(secretText) }
}
