import { listSnapshots as operation } from '../shared/api/snapshots.ts'
import { listSnapshots } from '../shared/usecases/list-snapshots.ts'
import { serve } from './stack.ts'
import { catalog } from './world/catalog.ts'

/** GET /v1/datasources/{name}/snapshots */
export const handler = serve(operation, listSnapshots, () => ({ catalog: catalog() }))
