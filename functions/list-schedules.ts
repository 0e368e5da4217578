import { listSchedules as operation } from '../shared/api/schedules.ts'
import { listSchedules } from '../shared/usecases/list-schedules.ts'
import { serve } from './stack.ts'
import { catalog } from './world/catalog.ts'

/** GET /v1/schedules */
export const handler = serve(operation, listSchedules, () => ({ catalog: catalog() }))
