import type { UseCase } from '../api/operation.ts'
import type * as api from '../api/secrets.ts'
import { Fault } from '../domain/faults.ts'
import { secretsOf } from '../ports/store-records.ts'
import { checkScopes, dropSecret } from './own-secrets.ts'

export const deleteSecret: UseCase<typeof api.deleteSecret> = async (world, { scope, key, caller }) => {
  checkScopes([{ scope, key }], caller)
  if ((await world.catalog.get(secretsOf(scope, caller.id), key)) === undefined)
    throw new Fault('not-found', `There is no secret ${JSON.stringify(key)}.`, {
      hint: 'GET /v1/secrets lists the names.',
    })
  await dropSecret(world, { scope, key }, caller)
  return { body: undefined }
}
