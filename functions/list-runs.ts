import { listRuns as operation } from '../shared/api/snapshots.ts'
import { listRuns } from '../shared/usecases/list-runs.ts'
import { serve } from './stack.ts'
import { catalog } from './world/catalog.ts'

/** GET /v1/runs */
export const handler = serve(operation, listRuns, () => ({ catalog: catalog() }))
