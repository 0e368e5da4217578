import { listDeliveries as operation } from '../shared/api/webhooks.ts'
import { listDeliveries } from '../shared/usecases/list-deliveries.ts'
import { serve } from './stack.ts'
import { catalog } from './world/catalog.ts'

/** GET /v1/webhooks/{id}/deliveries */
export const handler = serve(operation, listDeliveries, () => ({ catalog: catalog() }))
