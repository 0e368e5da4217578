import type { Caller } from '../domain/caller.ts'
import { Fault } from '../domain/faults.ts'
import { hashToken } from '../domain/token.ts'
import type { CatalogReader } from '../ports/catalog.ts'
import { tokens } from '../ports/records.ts'

/** Who sends this `Authorization` header; nobody where there is none. Fault unauthenticated where it is not good. */
export async function authenticate(
  catalog: CatalogReader,
  authorization: string | undefined,
): Promise<Caller | undefined> {
  if (authorization === undefined || authorization === '') return undefined
  const token = /^Bearer +(\S+)$/i.exec(authorization)?.[1]
  // A deployment may bring a token of another shape than ours: its hash decides, not its looks.
  if (token !== undefined) {
    const record = (await catalog.get(tokens, hashToken(token)))?.value
    if (record && (record.expires === null || record.expires > new Date().toISOString()))
      return { id: record.caller, role: record.role }
  }
  throw new Fault('unauthenticated', 'That token is not known, or no longer good.', {
    hint: 'Send `Authorization: Bearer hg_pat_…` with a token that has not expired or been revoked.',
  })
}
