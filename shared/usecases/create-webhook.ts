import type { UseCase } from '../api/operation.ts'
import type * as api from '../api/webhooks.ts'
import type { WebhookRecord } from '../domain/event.ts'
import { Fault } from '../domain/faults.ts'
import { Secret } from '../domain/secret.ts'
import { webhookSecretId, webhooks } from '../ports/event-records.ts'
import { newUid } from './new-uid.ts'

/** Receivers of a deployment: each event is handed to them in one transaction. */
const most = 20

export const createWebhook: UseCase<typeof api.createWebhook> = async ({ catalog, secrets }, { body, caller }) => {
  checkAddress(new URL(body.url))
  const { entries } = await catalog.list(webhooks, { limit: most })
  if (entries.length === most)
    throw new Fault('conflict', `There are ${most} receivers already.`, { hint: 'Delete one first.' })
  const record: WebhookRecord = {
    id: newUid('whk'),
    title: body.title ?? new URL(body.url).host,
    url: body.url,
    events: body.events,
    datasources: body.datasources,
    created: new Date().toISOString(),
    createdBy: caller.id,
  }
  await secrets.put(webhookSecretId(record.id), new Secret(body.secret))
  try {
    await catalog.write([{ create: webhooks, id: record.id, value: record }])
  } catch (thrown) {
    await secrets.delete(webhookSecretId(record.id))
    throw thrown
  }
  return { body: record, location: `/v1/webhooks/${record.id}` }
}

/** A password in an address would come back with it. */
function checkAddress({ username, password, hash }: URL): void {
  if (username === '' && password === '' && hash === '') return
  throw new Fault('invalid-request', 'The address of a receiver has no user, no password and no fragment.', {
    hint: 'Events are signed: the receiver knows us by that.',
    errors: [{ pointer: '/body/url', detail: 'has a user, a password or a fragment' }],
  })
}
