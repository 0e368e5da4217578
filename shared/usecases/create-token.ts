import type { UseCase } from '../api/operation.ts'
import type * as api from '../api/tokens.ts'
import { type Caller, type Scope, scopes } from '../domain/caller.ts'
import { Fault } from '../domain/faults.ts'
import { ownerPart } from '../domain/owner.ts'
import type { CatalogReader } from '../ports/catalog.ts'
import { members } from '../ports/identity-records.ts'
import { mintToken } from './mint-token.ts'
import { ownerOfTokens } from './owner-of-tokens.ts'

export const createToken: UseCase<typeof api.createToken> = async ({ catalog }, { body, caller }) => {
  const owner = ownerOfTokens(caller, body.member)
  checkConnectors(caller, body.connectors)
  const role = owner === caller.id ? caller.role : await roleOf(catalog, owner)
  const { token, info } = await mintToken(catalog, {
    name: body.name,
    caller: owner,
    role,
    scopes: within(caller, body.scopes),
    connectors: body.connectors ?? caller.connectors,
    days: body.days,
    createdBy: caller.id,
  })
  return { body: { ...info, lastUsed: null, token }, location: `/v1/tokens/${info.id}` }
}

/** A token is good for no more than the one that made it. */
function within(caller: Caller, wanted: readonly Scope[] | undefined): readonly Scope[] {
  const own = caller.scopes ?? scopes
  const more = wanted?.filter((scope) => !own.includes(scope)) ?? []
  if (more.length === 0) return [...new Set(wanted ?? own)]
  throw new Fault('forbidden', `Your own token is not good for ${more.join(' and ')}.`, {
    hint: 'Ask for fewer scopes, or sign in anew.',
  })
}

function checkConnectors({ connectors }: Caller, wanted: readonly string[] | undefined): void {
  if (connectors === undefined || wanted === undefined || wanted.every((name) => connectors.includes(name))) return
  throw new Fault('forbidden', 'Your own token is not good for all of these connectors.')
}

async function roleOf(catalog: CatalogReader, id: string) {
  const found = await catalog.get(members, ownerPart(id))
  if (found) return found.value.role
  throw new Fault('not-found', `There is no member ${JSON.stringify(id)}.`, {
    hint: 'PUT /v1/members/{id} gives somebody a role.',
  })
}
