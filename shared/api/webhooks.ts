import * as z from 'zod'
import { Name, Title } from '../domain/connector.ts'
import { DeliveryRecord, deliveryStates, EventType, WebhookRecord } from '../domain/event.ts'
import { operation, page, paging } from './operation.ts'

const Webhook = WebhookRecord.meta({ id: 'Webhook' })

const params = z.strictObject({ id: z.string().min(1).max(63) })

export const listWebhooks = operation({
  method: 'GET',
  path: '/v1/webhooks',
  tag: 'Events',
  summary: 'List the receivers of events',
  role: 'admin',
  needs: { catalog: 'read' },
  query: z.strictObject(paging),
  reply: page(Webhook),
  faults: [],
})

export const createWebhook = operation({
  method: 'POST',
  path: '/v1/webhooks',
  tag: 'Events',
  summary: 'Have events sent to an address, signed with a secret',
  role: 'admin',
  needs: { catalog: 'write', secrets: 'write' },
  body: z
    .strictObject({
      url: z
        .url({ protocol: /^https?$/ })
        .max(2000)
        .meta({
          description: 'Where events are sent by POST: a public address, or one that the deployment allows.',
          examples: ['https://hooks.example.com/headgate'],
        }),
      secret: z
        .string()
        .min(16)
        .max(200)
        .meta({ description: 'What events are signed with. Is never shown; `whsec_…` is taken for Base64.' }),
      title: Title.optional(),
      events: z.array(EventType).min(1).nullable().default(null).meta({ description: 'Types; null: all.' }),
      datasources: z.array(Name).min(1).max(1000).nullable().default(null).meta({ description: 'Names; null: all.' }),
    })
    .meta({ id: 'NewWebhook' }),
  status: 201,
  reply: Webhook,
  idempotent: true,
  faults: ['conflict'],
})

export const deleteWebhook = operation({
  method: 'DELETE',
  path: '/v1/webhooks/{id}',
  tag: 'Events',
  summary: 'Send no more events to a receiver',
  role: 'admin',
  needs: { catalog: 'write', secrets: 'write' },
  params,
  status: 204,
  reply: z.undefined(),
  faults: ['not-found'],
})

export const listDeliveries = operation({
  method: 'GET',
  path: '/v1/webhooks/{id}/deliveries',
  tag: 'Events',
  summary: 'List what became of the events of the last month for a receiver, the newest first',
  role: 'admin',
  needs: { catalog: 'read' },
  params,
  query: z.strictObject({ ...paging, state: z.enum(deliveryStates).optional() }),
  reply: page(DeliveryRecord),
  faults: ['not-found'],
})
