import { listTables as operation } from '../shared/api/sources.ts'
import { listTables } from '../shared/usecases/list-tables.ts'
import { serve } from './stack.ts'
import { sources } from './world/sources.ts'

/** GET /v1/sources/{source}/tables */
export const handler = serve(operation, listTables, () => ({ sources: sources() }))
