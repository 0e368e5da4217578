import type { UseCase } from '../api/operation.ts'
import type * as api from '../api/secrets.ts'
import { checkScopes, keepSecret } from './own-secrets.ts'

export const putSecret: UseCase<typeof api.putSecret> = async (world, { scope, key, body, caller }) => {
  checkScopes([{ scope, key }], caller)
  await keepSecret(world, { scope, key, ...body }, caller)
  return { body: undefined }
}
