import { takeDeviceToken as operation } from '../shared/api/auth.ts'
import { takeDeviceToken } from '../shared/usecases/take-device-token.ts'
import { serve } from './stack.ts'
import { catalog } from './world/catalog.ts'

/** POST /v1/auth/device/token */
export const handler = serve(operation, takeDeviceToken, () => ({ catalog: catalog() }))
