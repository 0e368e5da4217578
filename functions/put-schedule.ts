import { putSchedule as operation } from '../shared/api/schedules.ts'
import { putSchedule } from '../shared/usecases/put-schedule.ts'
import { serve } from './stack.ts'
import { catalog } from './world/catalog.ts'
import { kinds } from './world/kinds.ts'
import { schedules } from './world/schedules.ts'

/** PUT /v1/datasources/{name}/schedule */
export const handler = serve(operation, putSchedule, () => ({
  catalog: catalog(),
  schedules: schedules(),
  sources: kinds(),
}))
