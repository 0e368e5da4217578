import { createSnapshot as operation } from '../shared/api/snapshots.ts'
import { createSnapshot } from '../shared/usecases/create-snapshot.ts'
import { serve } from './stack.ts'
import { catalog } from './world/catalog.ts'
import { runs } from './world/runs.ts'

/** POST /v1/datasources/{name}/snapshots */
export const handler = serve(operation, createSnapshot, () => ({ catalog: catalog(), runs: runs() }))
