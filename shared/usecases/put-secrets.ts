import type { UseCase } from '../api/operation.ts'
import type * as api from '../api/secrets.ts'
import { checkScopes, keepSecret, secretText } from './own-secrets.ts'

export const putSecrets: UseCase<typeof api.putSecrets> = async (world, { body, caller }) => {
  checkScopes(body.secrets, caller)
  for (const secret of body.secrets) await keepSecret(world, secret, caller)
  return { body: undefined, things: body.secrets.map(secretText) }
}
