import { getSnapshot as operation } from '../shared/api/snapshots.ts'
import { getSnapshot } from '../shared/usecases/get-snapshot.ts'
import { serve } from './stack.ts'
import { catalog } from './world/catalog.ts'

/** GET /v1/snapshots/{id} */
export const handler = serve(operation, getSnapshot, () => ({ catalog: catalog() }))
