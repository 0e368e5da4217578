import { listDatabases as operation } from '../shared/api/sources.ts'
import { listDatabases } from '../shared/usecases/list-databases.ts'
import { serve } from './stack.ts'
import { sources } from './world/sources.ts'

/** GET /v1/sources/{source}/databases */
export const handler = serve(operation, listDatabases, () => ({ sources: sources() }))
