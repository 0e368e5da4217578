import * as z from 'zod'
import { Role, type TokenRecord } from '../shared/domain/caller.ts'
import { hashToken, makeToken } from '../shared/domain/token.ts'
import { tokens } from '../shared/ports/records.ts'
import { job, Told } from './job.ts'
import { log } from './log.ts'
import { catalog } from './world/catalog.ts'

const Wanted = z.strictObject({
  caller: z.string().min(1).max(128),
  role: Role,
  /** Days until it expires; without, it does not. */
  days: z.int().min(1).max(3650).optional(),
})

/**
 * Makes a token for who may invoke this function: how the first administrator gets in. The token is in the answer and
 * nowhere else; its hash is kept.
 */
export const handler = job(async (event: unknown): Promise<{ readonly token: string }> => {
  const wanted = Wanted.safeParse(event)
  if (!wanted.success) throw new Told(z.prettifyError(wanted.error))
  const { caller, role, days } = wanted.data
  const token = makeToken()
  const now = Date.now()
  const value: TokenRecord = {
    caller,
    role,
    created: new Date(now).toISOString(),
    expires: days === undefined ? null : new Date(now + days * 86_400_000).toISOString(),
  }
  await catalog().write([{ create: tokens, id: hashToken(token), value }])
  log('info', 'Made a token', { caller, role, expires: value.expires })
  return { token }
})
