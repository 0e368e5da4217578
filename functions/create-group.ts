import { createGroup as operation } from '../shared/api/groups.ts'
import { createGroup } from '../shared/usecases/create-group.ts'
import { serve } from './stack.ts'
import { catalog } from './world/catalog.ts'
import { kinds } from './world/kinds.ts'
import { runs } from './world/runs.ts'

/** POST /v1/snapshots */
export const handler = serve(operation, createGroup, () => ({ catalog: catalog(), runs: runs(), sources: kinds() }))
