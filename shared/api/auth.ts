import * as z from 'zod'
import { Scope } from '../domain/caller.ts'
import { operation } from './operation.ts'

const params = z.strictObject({
  userCode: z
    .string()
    .min(1)
    .max(20)
    .meta({ examples: ['BCDF-GHJK'] }),
})

const client = z
  .string()
  .trim()
  .min(1)
  .max(100)
  .meta({ description: 'What people are shown.', examples: ['the notebook of Ada'] })

/** RFC 8628, in this API's own case. */
export const requestDevice = operation({
  method: 'POST',
  path: '/v1/auth/device',
  tag: 'Identity',
  summary: 'Begin the login of a device without a browser',
  role: 'anyone',
  needs: { catalog: 'write' },
  body: z.strictObject({
    client: client.default('A device'),
    scopes: z.array(Scope).min(1).max(4).default(['read', 'run', 'write']),
  }),
  reply: z
    .object({
      deviceCode: z.string(),
      userCode: z.string(),
      verificationUri: z.string().meta({ description: 'Where a person enters the user code, below the Data App.' }),
      verificationUriComplete: z.string(),
      expiresIn: z.int().meta({ description: 'Seconds.' }),
      interval: z.int().meta({ description: 'Seconds between two questions.' }),
    })
    .meta({ id: 'DeviceLogin' }),
  faults: [],
})

export const takeDeviceToken = operation({
  method: 'POST',
  path: '/v1/auth/device/token',
  tag: 'Identity',
  summary: 'Ask for the token of a login that somebody may have approved',
  role: 'anyone',
  needs: { catalog: 'write' },
  body: z.strictObject({ deviceCode: z.string().min(1).max(200) }),
  reply: z
    .object({ token: z.string(), tokenType: z.literal('Bearer'), scopes: z.array(Scope), expires: z.string() })
    .meta({ id: 'DeviceToken' }),
  faults: ['authorization-pending', 'slow-down', 'login-denied', 'login-expired'],
})

export const getDevice = operation({
  method: 'GET',
  path: '/v1/auth/device/{userCode}',
  tag: 'Identity',
  summary: 'Which device asks to be let in, and for what',
  role: 'viewer',
  needs: { catalog: 'read' },
  params,
  reply: z.object({
    userCode: z.string(),
    client: z.string(),
    scopes: z.array(Scope),
    created: z.string(),
    expires: z.string(),
  }),
  faults: ['not-found'],
})

export const answerDevice = operation({
  method: 'POST',
  path: '/v1/auth/device/{userCode}',
  tag: 'Identity',
  summary: 'Let a device in as yourself, or refuse it',
  role: 'viewer',
  scope: 'admin',
  needs: { catalog: 'write' },
  params,
  body: z.strictObject({ approve: z.boolean() }),
  status: 204,
  reply: z.undefined(),
  faults: ['not-found', 'conflict'],
})
