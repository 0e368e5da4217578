import { requestDevice as operation } from '../shared/api/auth.ts'
import { requestDevice } from '../shared/usecases/request-device.ts'
import { serve } from './stack.ts'
import { catalog } from './world/catalog.ts'

/** POST /v1/auth/device */
export const handler = serve(operation, requestDevice, () => ({ catalog: catalog() }))
