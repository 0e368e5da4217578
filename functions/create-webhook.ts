import { createWebhook as operation } from '../shared/api/webhooks.ts'
import { createWebhook } from '../shared/usecases/create-webhook.ts'
import { serve } from './stack.ts'
import { catalog } from './world/catalog.ts'
import { secrets } from './world/secrets.ts'

/** POST /v1/webhooks */
export const handler = serve(operation, createWebhook, () => ({ catalog: catalog(), secrets: secrets() }))
