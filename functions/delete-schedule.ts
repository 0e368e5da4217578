import { deleteSchedule as operation } from '../shared/api/schedules.ts'
import { deleteSchedule } from '../shared/usecases/delete-schedule.ts'
import { serve } from './stack.ts'
import { catalog } from './world/catalog.ts'
import { schedules } from './world/schedules.ts'

/** DELETE /v1/datasources/{name}/schedule */
export const handler = serve(operation, deleteSchedule, () => ({ catalog: catalog(), schedules: schedules() }))
