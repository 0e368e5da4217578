import { createHmac } from 'node:crypto'
import type { Egress } from '../connectors/kind.ts'
import { Fault } from '../domain/faults.ts'
import { webhookSecretId } from '../ports/event-records.ts'
import type { Events } from '../ports/events.ts'
import type { SecretReader } from '../ports/secrets.ts'

/**
 * Sends events as the specification Standard Webhooks says: JSON, with `webhook-id`, `webhook-timestamp` and
 * `webhook-signature`, an HMAC-SHA256 of the three joined by points. What is answered is not read.
 */
export const createReceivers = (at: {
  readonly secrets: SecretReader
  readonly egress: Egress
}): Pick<Events, 'send'> => ({
  async send({ id, url }, event, signal) {
    const secret = await at.secrets.get(webhookSecretId(id))
    if (secret === undefined) throw new Fault('not-found', 'The secret of this receiver is gone.')
    const body = JSON.stringify(event)
    const timestamp = String(Math.floor(Date.now() / 1000))
    const response = await at.egress.fetch(new URL(url), {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'user-agent': 'headgate',
        'webhook-id': event.id,
        'webhook-timestamp': timestamp,
        'webhook-signature': sign(secret.reveal(), `${event.id}.${timestamp}.${body}`),
      },
      body,
      signal,
    })
    await response.body?.cancel()
    return response.status
  },
})

/** A secret that begins with `whsec_` is the key in Base64; any other is the key as it stands. */
export function sign(secret: string, text: string): string {
  const key = secret.startsWith('whsec_') ? Buffer.from(secret.slice(6), 'base64') : Buffer.from(secret)
  return `v1,${createHmac('sha256', key).update(text).digest('base64')}`
}
