import type { UseCase } from '../api/operation.ts'
import type * as api from '../api/tokens.ts'
import { Fault } from '../domain/faults.ts'
import { tokensOf } from '../ports/identity-records.ts'
import { tokens } from '../ports/records.ts'
import { ownerOfTokens } from './owner-of-tokens.ts'

export const deleteToken: UseCase<typeof api.deleteToken> = async ({ catalog }, { id, member, caller }) => {
  const collection = tokensOf(ownerOfTokens(caller, member))
  const found = await catalog.get(collection, id)
  if (found === undefined)
    throw new Fault('not-found', `There is no token ${JSON.stringify(id)}.`, { hint: 'GET /v1/tokens lists yours.' })
  await catalog.write([
    { delete: tokens, id: found.value.hash },
    { delete: collection, id },
  ])
  return { body: undefined }
}
