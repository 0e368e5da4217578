import * as z from 'zod'
import { DeliveryRecord, EventRecord, WebhookRecord } from '../domain/event.ts'
import type { Collection } from './catalog.ts'

/** Events that are to be told yet, by id: written with what they tell of, in one transaction. */
export const outbox: Collection<EventRecord> = { path: 'outbox', schema: EventRecord }

/** By id. */
export const webhooks: Collection<WebhookRecord> = { path: 'webhooks', schema: WebhookRecord }

/** What became of the events for a receiver, by the event's id. */
export const deliveriesOf = (webhook: string): Collection<DeliveryRecord> => ({
  path: `webhooks/${webhook}/deliveries`,
  schema: DeliveryRecord,
})

/** What is to be delivered, by `<when>/<webhook>/<event>`, so that what is due comes first. */
export const dueDeliveries: Collection<{ readonly webhook: string; readonly event: string }> = {
  path: 'due-deliveries',
  schema: z.object({ webhook: z.string(), event: z.string() }),
}

/** Where the secret is kept that events for a receiver are signed with. */
export const webhookSecretId = (webhook: string): string => `webhooks/${webhook}`
