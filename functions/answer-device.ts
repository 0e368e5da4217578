import { answerDevice as operation } from '../shared/api/auth.ts'
import { answerDevice } from '../shared/usecases/answer-device.ts'
import { serve } from './stack.ts'
import { catalog } from './world/catalog.ts'

/** POST /v1/auth/device/{userCode} */
export const handler = serve(operation, answerDevice, () => ({ catalog: catalog() }))
