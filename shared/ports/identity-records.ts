import * as z from 'zod'
import { AuditRecord } from '../domain/audit.ts'
import { DeviceLogin } from '../domain/device-login.ts'
import { MemberRecord, SeenRecord } from '../domain/member.ts'
import { ownerPart } from '../domain/owner.ts'
import { TokenInfo } from '../domain/token.ts'
import type { Collection } from './catalog.ts'

/** A caller's tokens as they see them, by id. */
export const tokensOf = (caller: string): Collection<TokenInfo> => ({
  path: `users/${ownerPart(caller)}/tokens`,
  schema: TokenInfo,
})

/** By `ownerPart` of the id. */
export const members: Collection<MemberRecord> = { path: 'members', schema: MemberRecord }

/** By `callers/<ownerPart>` and `tokens/<id>`: all that the authorizer may write. */
export const seen: Collection<SeenRecord> = { path: 'seen', schema: SeenRecord }

/** By the hash of the device code. */
export const deviceLogins: Collection<DeviceLogin> = { path: 'device-logins', schema: DeviceLogin }

/** user code -> hash of the device code. */
export const userCodes: Collection<{ hash: string }> = {
  path: 'device-user-codes',
  schema: z.object({ hash: z.string() }),
}

/** By id, which sorts by time. */
export const audits: Collection<AuditRecord> = { path: 'audit', schema: AuditRecord }
