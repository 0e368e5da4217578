import type { WebhookRecord } from '../domain/event.ts'
import { Fault } from '../domain/faults.ts'
import type { CatalogReader, Entry } from '../ports/catalog.ts'
import { webhooks } from '../ports/event-records.ts'

/** A receiver's record. Fault not-found. */
export async function findWebhook(catalog: CatalogReader, id: string): Promise<Entry<WebhookRecord>> {
  const entry = await catalog.get(webhooks, id)
  if (entry) return entry
  throw new Fault('not-found', `There is no webhook ${JSON.stringify(id)}.`, { hint: 'GET /v1/webhooks lists them.' })
}
