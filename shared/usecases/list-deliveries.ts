import type { UseCase } from '../api/operation.ts'
import type * as api from '../api/webhooks.ts'
import { deliveriesOf } from '../ports/event-records.ts'
import { findWebhook } from './find-webhook.ts'
import { listPage } from './list-page.ts'

export const listDeliveries: UseCase<typeof api.listDeliveries> = async ({ catalog }, { id, limit, cursor, state }) => {
  await findWebhook(catalog, id)
  const { entries, next } = await listPage(
    catalog,
    deliveriesOf(id),
    { limit, cursor, descending: true },
    ({ value }) => state === undefined || value.state === state,
  )
  return { body: { items: entries.map(({ value }) => value), next } }
}
