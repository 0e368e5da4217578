import { deleteWebhook as operation } from '../shared/api/webhooks.ts'
import { deleteWebhook } from '../shared/usecases/delete-webhook.ts'
import { serve } from './stack.ts'
import { catalog } from './world/catalog.ts'
import { secrets } from './world/secrets.ts'

/** DELETE /v1/webhooks/{id} */
export const handler = serve(operation, deleteWebhook, () => ({ catalog: catalog(), secrets: secrets() }))
