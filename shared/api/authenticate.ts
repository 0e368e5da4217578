import { type Caller, type Role, roles } from '../domain/caller.ts'
import { Fault } from '../domain/faults.ts'
import { ownerPart } from '../domain/owner.ts'
import type { Session } from '../domain/session.ts'
import { hashToken } from '../domain/token.ts'
import type { CatalogReader } from '../ports/catalog.ts'
import { members } from '../ports/identity-records.ts'
import { tokens } from '../ports/records.ts'

export interface AuthenticateMore {
  /** Undefined for a JWT that is not good. Without it no JWT is. */
  readonly verifyJwt?: (jwt: string) => Promise<Session | undefined>
  /** Told of everyone who is let in. Its failures are its own. */
  readonly noteSeen?: (caller: Caller, name: string | null) => Promise<void>
}

/**
 * Who sends this `Authorization` header; nobody where there is none. What administrators gave a member counts over what
 * the token says. Fault unauthenticated where it is not good.
 */
export async function authenticate(
  catalog: CatalogReader,
  authorization: string | undefined,
  { verifyJwt, noteSeen }: AuthenticateMore = {},
): Promise<Caller | undefined> {
  if (authorization === undefined || authorization === '') return undefined
  const token = /^Bearer +(\S+)$/i.exec(authorization)?.[1]
  if (token === undefined) throw unknownToken()
  const session = isJwt(token) ? await verifyJwt?.(token) : undefined
  const caller = session ? fromGroups(session) : await fromToken(catalog, token)
  if (caller === undefined) throw unknownToken()
  const member = (await catalog.get(members, ownerPart(caller.id)))?.value
  if (member?.disabled) throw unknownToken()
  const admitted = member ? { ...caller, role: member.role } : caller
  await noteSeen?.(admitted, session?.name ?? null)
  return admitted
}

const isJwt = (token: string): boolean => /^[\w-]+\.[\w-]*\.[\w-]*$/.test(token)

/** The highest role among the groups; who is in none reads. */
function fromGroups({ id, groups }: Session): Caller {
  const role = roles.findLast((each) => groups.includes(each)) ?? ('viewer' satisfies Role)
  return { id, role }
}

/** A deployment may bring a token of another shape than ours: its hash decides, not its looks. */
async function fromToken(catalog: CatalogReader, token: string): Promise<Caller | undefined> {
  const record = (await catalog.get(tokens, hashToken(token)))?.value
  if (!record || (record.expires !== null && record.expires <= new Date().toISOString())) return undefined
  const { id, caller, role, scopes, connectors } = record
  return {
    id: caller,
    role,
    ...(id !== undefined && { token: id }),
    ...(scopes && { scopes }),
    ...(connectors && { connectors }),
  }
}

const unknownToken = (): Fault =>
  new Fault('unauthenticated', 'That token is not known, or no longer good.', {
    hint: 'Send `Authorization: Bearer hg_pat_…` with a token that has not expired or been revoked.',
  })
