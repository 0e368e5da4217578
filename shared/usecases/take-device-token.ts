import type * as api from '../api/auth.ts'
import type { UseCase } from '../api/operation.ts'
import { Fault, isFault } from '../domain/faults.ts'
import { hashToken } from '../domain/token.ts'
import { deviceLogins, userCodes } from '../ports/identity-records.ts'
import { mintToken } from './mint-token.ts'

const days = 90

export const takeDeviceToken: UseCase<typeof api.takeDeviceToken> = async ({ catalog }, { body }) => {
  const hash = hashToken(body.deviceCode)
  const found = await catalog.get(deviceLogins, hash)
  if (found === undefined || found.value.expires <= new Date().toISOString()) throw over()
  const { value: login, revision } = found
  const { userCode, state, caller, role } = login
  if (state === 'denied') throw new Fault('login-denied', 'The login was refused.')
  if (state === 'pending' || caller === null || role === null) {
    const now = Date.now()
    const isEarly = login.asked !== null && now - Date.parse(login.asked) < login.interval * 1000 - 250
    const value = {
      ...login,
      asked: new Date(now).toISOString(),
      interval: isEarly ? Math.min(60, login.interval + 5) : login.interval,
    }
    const expires = Math.floor(Date.parse(login.expires) / 1000)
    await catalog.write([{ replace: deviceLogins, id: hash, value, revision, expires }]).catch(tooFast)
    if (isEarly) throw tooOften(value.interval)
    throw new Fault('authorization-pending', 'Nobody has approved the login yet.', { retryAfter: login.interval })
  }
  // Of two who come with one code at once, one gets the token.
  const { token, info } = await mintToken(
    catalog,
    { name: login.client, caller, role, scopes: login.scopes, connectors: undefined, days, createdBy: caller },
    [
      { delete: deviceLogins, id: hash, revision },
      { delete: userCodes, id: userCode },
    ],
  ).catch((thrown) => {
    throw isFault(thrown, 'precondition-failed') || isFault(thrown, 'not-found') ? over() : thrown
  })
  const { scopes, expires } = info
  return { body: { token, tokenType: 'Bearer', scopes, expires }, things: [`/v1/tokens/${info.id} of ${caller}`] }
}

const over = () => new Fault('login-expired', 'The login is over, or was never begun.', { hint: 'Begin another one.' })

const tooOften = (interval: number) =>
  new Fault('slow-down', `Ask every ${interval} seconds, not more often.`, { retryAfter: interval })

/** Another question, or the approval, came at the same moment: the next one finds out. */
function tooFast(thrown: unknown): void {
  if (!isFault(thrown, 'precondition-failed')) throw thrown
}
