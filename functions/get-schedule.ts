import { getSchedule as operation } from '../shared/api/schedules.ts'
import { getSchedule } from '../shared/usecases/get-schedule.ts'
import { serve } from './stack.ts'
import { catalog } from './world/catalog.ts'

/** GET /v1/datasources/{name}/schedule */
export const handler = serve(operation, getSchedule, () => ({ catalog: catalog() }))
