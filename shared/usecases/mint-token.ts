import type { Role, Scope } from '../domain/caller.ts'
import { hashToken, makeToken, type TokenInfo } from '../domain/token.ts'
import type { CatalogWriter, Change } from '../ports/catalog.ts'
import { tokensOf } from '../ports/identity-records.ts'
import { tokens } from '../ports/records.ts'
import { newUid } from './new-uid.ts'

export interface Wanted {
  readonly name: string
  readonly caller: string
  readonly role: Role
  readonly scopes: readonly Scope[]
  readonly connectors: readonly string[] | undefined
  readonly days: number
  readonly createdBy: string
}

/** Makes a token and keeps its hash, together with other changes or not at all. It is given back this once. */
export async function mintToken(
  catalog: CatalogWriter,
  { name, caller, role, scopes, connectors, days, createdBy }: Wanted,
  others: readonly Change[] = [],
): Promise<{ readonly token: string; readonly info: TokenInfo }> {
  const token = makeToken()
  const now = Date.now()
  const ends = now + days * 86_400_000
  const info: TokenInfo = {
    id: newUid('tok'),
    name,
    caller,
    scopes: [...scopes],
    connectors: connectors ? [...connectors] : null,
    created: new Date(now).toISOString(),
    createdBy,
    expires: new Date(ends).toISOString(),
    hash: hashToken(token),
  }
  const record = {
    id: info.id,
    caller,
    role,
    scopes: info.scopes,
    ...(connectors && { connectors: [...connectors] }),
    created: info.created,
    expires: info.expires,
  }
  const expires = Math.floor(ends / 1000)
  await catalog.write([
    { create: tokens, id: info.hash, value: record, expires },
    { create: tokensOf(caller), id: info.id, value: info, expires },
    ...others,
  ])
  return { token, info }
}
