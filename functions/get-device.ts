import { getDevice as operation } from '../shared/api/auth.ts'
import { getDevice } from '../shared/usecases/get-device.ts'
import { serve } from './stack.ts'
import { catalog } from './world/catalog.ts'

/** GET /v1/auth/device/{userCode} */
export const handler = serve(operation, getDevice, () => ({ catalog: catalog() }))
