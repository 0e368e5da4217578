import type { UseCase } from '../api/operation.ts'
import type * as api from '../api/webhooks.ts'
import { webhooks } from '../ports/event-records.ts'
import { listPage } from './list-page.ts'

export const listWebhooks: UseCase<typeof api.listWebhooks> = async ({ catalog }, { limit, cursor }) => {
  const { entries, next } = await listPage(catalog, webhooks, { limit, cursor })
  return { body: { items: entries.map(({ value }) => value), next } }
}
