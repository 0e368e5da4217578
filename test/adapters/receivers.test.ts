import { createHmac } from 'node:crypto'
import { inspect } from 'node:util'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { parseAllow } from '../../shared/adapters/egress/allow.ts'
import { createEgress } from '../../shared/adapters/egress.ts'
import { createReceivers, sign } from '../../shared/adapters/receivers.ts'
import type { WebhookRecord } from '../../shared/domain/event.ts'
import { Secret } from '../../shared/domain/secret.ts'
import { webhookSecretId } from '../../shared/ports/event-records.ts'
import { someEvent } from '../contract/events.ts'
import { type Answered, type HttpServer, serveHttp } from '../support/http-server.ts'
import { localWorld } from '../support/world.ts'

const canary = 'canary-of-a-receiver-5f1'
let disk: Awaited<ReturnType<typeof localWorld>>
let server: HttpServer
let answer: () => Answered | undefined

beforeEach(async () => {
  disk = await localWorld()
  answer = () => ({ status: 204 })
  server = await serveHttp(() => answer())
  await disk.secrets.put(webhookSecretId('whk_a'), new Secret(canary))
})
afterEach(async () => {
  await server.stop()
  await disk.dispose()
})

const receiver = (path = '/hook'): WebhookRecord => ({
  id: 'whk_a',
  title: 'a',
  url: `${server.origin}${path}`,
  events: null,
  datasources: null,
  created: '',
  createdBy: 'ada',
})
const receivers = (allow: string) =>
  createReceivers({ secrets: disk.secrets, egress: createEgress({ allow: parseAllow(allow) }) })
const here = () => receivers(new URL(server.origin).host)
const patience = () => AbortSignal.timeout(10_000)

describe('a receiver', () => {
  it('gets the event as JSON, signed as Standard Webhooks says', async () => {
    const event = someEvent()
    expect(await here().send(receiver(), event, patience())).toBe(204)
    const [{ method, url, headers, body } = expect.fail('nothing came')] = server.seen
    expect([method, url, headers['content-type']]).toEqual(['POST', '/hook', 'application/json'])
    expect(JSON.parse(body)).toEqual(event)
    expect(headers['webhook-id']).toBe(event.id)
    const signed = `${event.id}.${headers['webhook-timestamp']}.${body}`
    const expected = createHmac('sha256', canary).update(signed).digest('base64')
    expect(headers['webhook-signature']).toBe(`v1,${expected}`)
    expect(Math.abs(Date.now() / 1000 - Number(headers['webhook-timestamp']))).toBeLessThan(60)
  })

  it('knows the signature of the specification', () => {
    const text = 'msg_p5jXN8AQM9LWM0D4loKWxJek.1614265330.{"test": 2432232314}'
    const expected = 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE='
    expect(sign('whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', text)).toBe(expected)
  })

  it('that redirects is not followed, and one that fails says so', async () => {
    answer = () => ({ status: 302, headers: { location: `${server.origin}/elsewhere` } })
    expect(await here().send(receiver(), someEvent(), patience())).toBe(302)
    expect(server.seen).toHaveLength(1)
    answer = () => ({ status: 500, body: 'x'.repeat(1_000_000) })
    expect(await here().send(receiver(), someEvent(), patience())).toBe(500)
  })

  it('that says nothing is not waited for', async () => {
    answer = () => undefined
    await expect(here().send(receiver(), someEvent(), AbortSignal.timeout(200))).rejects.toBeDefined()
  })

  it('behind the guarded door is not reached where the deployment does not allow it', async () => {
    for (const url of [
      receiver().url,
      'http://169.254.169.254/latest/meta-data',
      'http://[::1]:80/',
      'http://localhost/',
    ])
      await expect(receivers('').send({ ...receiver(), url }, someEvent(), patience())).rejects.toMatchObject({
        code: 'address-not-allowed',
      })
    expect(server.seen).toEqual([])
  })

  it('whose secret is gone is sent nothing; the secret is in no fault', async () => {
    await expect(here().send({ ...receiver(), id: 'whk_b' }, someEvent(), patience())).rejects.toMatchObject({
      code: 'not-found',
    })
    await server.stop()
    const thrown = await here()
      .send(receiver(), someEvent(), patience())
      .catch((fault) => fault)
    expect(inspect(thrown, { depth: 10 })).not.toContain(canary)
  })
})
