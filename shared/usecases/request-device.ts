import { randomBytes, randomInt } from 'node:crypto'
import type * as api from '../api/auth.ts'
import type { UseCase } from '../api/operation.ts'
import type { DeviceLogin } from '../domain/device-login.ts'
import { hashToken } from '../domain/token.ts'
import { deviceLogins, userCodes } from '../ports/identity-records.ts'

const lifeSeconds = 600
const interval = 5

/** No vowels, so that it spells nothing, and nothing that looks like another. */
const letters = 'BCDFGHJKLMNPQRSTVWXZ'

export const requestDevice: UseCase<typeof api.requestDevice> = async ({ catalog }, { body }) => {
  const deviceCode = randomBytes(32).toString('base64url')
  const code = Array.from({ length: 8 }, () => letters[randomInt(letters.length)]).join('')
  const userCode = `${code.slice(0, 4)}-${code.slice(4)}`
  const now = Date.now()
  const login: DeviceLogin = {
    userCode,
    client: body.client,
    scopes: [...new Set(body.scopes)],
    created: new Date(now).toISOString(),
    expires: new Date(now + lifeSeconds * 1000).toISOString(),
    interval,
    asked: null,
    state: 'pending',
    caller: null,
    role: null,
  }
  const hash = hashToken(deviceCode)
  const expires = Math.floor(now / 1000) + lifeSeconds
  await catalog.write([
    { create: deviceLogins, id: hash, value: login, expires },
    { create: userCodes, id: userCode, value: { hash }, expires },
  ])
  const verificationUri = '/device'
  return {
    body: {
      deviceCode,
      userCode,
      verificationUri,
      verificationUriComplete: `${verificationUri}?code=${userCode}`,
      expiresIn: lifeSeconds,
      interval,
    },
  }
}
