import * as z from 'zod'
import { Role, Scope } from './caller.ts'

/** A login of a device that cannot open a browser (RFC 8628), under the hash of its device code. */
export const DeviceLogin = z.object({
  userCode: z.string(),
  client: z.string(),
  scopes: z.array(Scope),
  created: z.string(),
  expires: z.string(),
  /** Seconds that the device must wait between two questions. */
  interval: z.int(),
  asked: z.string().nullable(),
  state: z.enum(['pending', 'approved', 'denied']),
  /** Who approved it: the token will be theirs. */
  caller: z.string().nullable(),
  role: Role.nullable(),
})
export type DeviceLogin = z.infer<typeof DeviceLogin>
