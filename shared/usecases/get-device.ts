import type * as api from '../api/auth.ts'
import type { UseCase } from '../api/operation.ts'
import { findDevice } from './find-device.ts'

export const getDevice: UseCase<typeof api.getDevice> = async ({ catalog }, input) => {
  const { userCode, client, scopes, created, expires } = (await findDevice(catalog, input.userCode)).value
  return { body: { userCode, client, scopes, created, expires } }
}
