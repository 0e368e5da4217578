import { listWebhooks as operation } from '../shared/api/webhooks.ts'
import { listWebhooks } from '../shared/usecases/list-webhooks.ts'
import { serve } from './stack.ts'
import { catalog } from './world/catalog.ts'

/** GET /v1/webhooks */
export const handler = serve(operation, listWebhooks, () => ({ catalog: catalog() }))
