import { describeTable as operation } from '../shared/api/sources.ts'
import { describeTable } from '../shared/usecases/describe-table.ts'
import { serve } from './stack.ts'
import { sources } from './world/sources.ts'

/** GET /v1/sources/{source}/tables/{table} */
export const handler = serve(operation, describeTable, () => ({ sources: sources() }))
