import { cancelSnapshot as operation } from '../shared/api/snapshots.ts'
import { cancelSnapshot } from '../shared/usecases/cancel-snapshot.ts'
import { serve } from './stack.ts'
import { catalog } from './world/catalog.ts'

/** POST /v1/snapshots/{id}/cancel */
export const handler = serve(operation, cancelSnapshot, () => ({ catalog: catalog() }))
