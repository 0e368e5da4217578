import type { UseCase } from '../api/operation.ts'
import type * as api from '../api/webhooks.ts'
import { webhookSecretId, webhooks } from '../ports/event-records.ts'
import { findWebhook } from './find-webhook.ts'

export const deleteWebhook: UseCase<typeof api.deleteWebhook> = async ({ catalog, secrets }, { id }) => {
  await findWebhook(catalog, id)
  await catalog.write([{ delete: webhooks, id }])
  await secrets.delete(webhookSecretId(id))
  return { body: undefined }
}
