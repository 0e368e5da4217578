import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { EventRecord } from '../../shared/domain/event.ts'
import { deliverEvents } from '../../shared/events/deliver-events.ts'
import { outbox, webhookSecretId } from '../../shared/ports/event-records.ts'
import { memoryRegistry } from '../support/memory-registry.ts'
import { type LabPlatform, labPlatform } from './lab-platform.ts'

let platform: LabPlatform

beforeEach(async () => {
  platform = await labPlatform()
  await platform.define()
})
afterEach(() => platform.dispose())

const secret = 'canary-7c-of-a-webhook'
const create = (more: object = {}) =>
  platform.call('createWebhook', { body: { url: 'https://hooks.example.com/a?b=c', secret, ...more } })
const told = async (): Promise<EventRecord[]> =>
  (await platform.world.catalog.list(outbox, { limit: 1000 })).entries.map(({ value }) => value)

describe('a webhook', () => {
  it('is made, listed and deleted, and its secret is never seen again', async () => {
    const made = await create()
    expect(made).toMatchObject({
      status: 201,
      body: { url: 'https://hooks.example.com/a?b=c', title: 'hooks.example.com', events: null, datasources: null },
    })
    const listed = await platform.call('listWebhooks')
    expect(listed.body).toEqual({ items: [made.body], next: null })
    expect(`${made.text}${listed.text}`).not.toContain(secret)
    const { id } = made.body
    expect((await platform.world.secrets.get(webhookSecretId(id)))?.reveal()).toBe(secret)
    expect((await platform.call('deleteWebhook', { params: { id } })).status).toBe(204)
    expect((await platform.call('deleteWebhook', { params: { id } })).body.code).toBe('not-found')
    expect(await platform.world.secrets.get(webhookSecretId(id))).toBeUndefined()
    for (const name of await readdir(platform.folder, { recursive: true })) {
      const bytes = await readFile(join(platform.folder, name)).catch(() => Buffer.alloc(0))
      expect(bytes.toString('latin1'), name).not.toContain(secret)
    }
  })

  it.each([
    [{ url: 'ftp://example.com/' }, '/body/url'],
    [{ url: 'hooks' }, '/body/url'],
    [{ url: 'https://user:pass@example.com/' }, '/body/url'],
    [{ url: 'https://example.com/#a' }, '/body/url'],
    [{ secret: 'short' }, '/body/secret'],
    [{ secret: undefined }, '/body/secret'],
    [{ events: [] }, '/body/events'],
    [{ events: ['snapshot.exploded'] }, '/body/events/0'],
  ])('is refused with %j', async (more, pointer) => {
    const said = await create(more)
    expect(said).toMatchObject({ status: 400, body: { errors: [{ pointer }] } })
    expect(said.text).not.toContain(secret)
    expect((await platform.call('listWebhooks')).body.items).toEqual([])
  })

  it('is one of at most twenty, and a matter of administrators', async () => {
    for (let i = 0; i < 20; i++) expect((await create()).status).toBe(201)
    expect((await create()).body.code).toBe('conflict')
    for (const id of ['createWebhook', 'listWebhooks', 'deleteWebhook', 'listDeliveries'] as const)
      expect((await platform.call(id, { params: { id: 'x' }, body: {} }, 'editor')).status).toBe(403)
  })

  it('has a log of what was delivered', async () => {
    const { id } = (await create({ events: ['snapshot.succeeded'] })).body
    await platform.take()
    const events = { publish: async () => {}, send: async () => 500 }
    const onFailure = () => {}
    await deliverEvents(
      { ...platform.world, events, registry: memoryRegistry() },
      { signal: new AbortController().signal, onFailure },
    )
    const log = await platform.call('listDeliveries', { params: { id } })
    expect(log.body.items).toMatchObject([
      { webhook: id, state: 'pending', tries: 1, next: expect.any(String), event: { type: 'snapshot.succeeded' } },
    ])
    const none = await platform.call('listDeliveries', { params: { id }, query: { state: 'failed' } })
    expect(none.body.items).toEqual([])
    expect((await platform.call('listDeliveries', { params: { id: 'none' } })).status).toBe(404)
  })
})

describe('what happens is told', () => {
  const types = async () => (await told()).map(({ type }) => type)

  it('when a snapshot ends well, and its version is read', async () => {
    const id = await platform.take()
    const events = await told()
    expect(events.map(({ type }) => type)).toEqual(['snapshot.succeeded', 'dataset.changed'])
    expect(events[0]).toMatchObject({
      datasource: 'numbers',
      data: { snapshot: { id, state: 'done', rows: 10, version: 1 } },
    })
    expect(events[1]!.data).toEqual({ dataset: 'numbers', version: 1 })
  })

  it('when it fails, with the cause', async () => {
    platform.lab.beforeBatch = () => Promise.reject(new Error('the disk is full'))
    await platform.take()
    expect(await told()).toMatchObject([
      { type: 'snapshot.failed', data: { snapshot: { error: { code: expect.any(String) } } } },
    ])
  })

  it('when it cannot be started, is cancelled, or is skipped', async () => {
    const { runs } = platform.world
    const start = runs.start.bind(runs)
    Object.assign(runs, { start: () => Promise.reject(new Error('no workers')) })
    await platform.call('createSnapshot', { params: { name: 'numbers' } })
    Object.assign(runs, { start: async () => {} })
    const { id } = (await platform.call('createSnapshot', { params: { name: 'numbers' } })).body
    await platform.call('cancelSnapshot', { params: { id } })
    Object.assign(runs, { start })
    expect(await types()).toEqual(['snapshot.failed', 'snapshot.cancelled'])
  })

  it('when the columns are others, and when another version is read or none', async () => {
    await platform.take()
    platform.lab.schema = platform.lab.schema.map((field) => ({ ...field, nullable: true }))
    await platform.take()
    expect(await told()).toContainEqual(
      expect.objectContaining({
        type: 'snapshot.drifted',
        data: {
          snapshot: expect.objectContaining({ version: 2, drift: [expect.objectContaining({ change: 'nullable' })] }),
        },
      }),
    )
    await platform.call('rollBackDataset', { params: { name: 'numbers' }, body: { version: 1 } })
    await platform.call('deleteVersion', { params: { name: 'numbers', version: '1' } })
    await platform.call('deleteDataset', { params: { name: 'numbers' }, headers: { 'if-match': '*' } })
    const versions = (await told()).filter(({ type }) => type === 'dataset.changed').map(({ data }) => data.version)
    expect(versions).toEqual([1, 2, 1, 2, null, null])
  })
})

describe('the list of runs', () => {
  it('has the snapshots of all datasources, the newest first, by page, state, datasource and time', async () => {
    await platform.define({ name: 'others' })
    const ids: string[] = []
    for (const name of ['numbers', 'others', 'numbers', 'others', 'numbers']) {
      ids.unshift((await platform.call('createSnapshot', { params: { name } })).body.id)
      await platform.idle()
    }
    const list = async (query: Record<string, string> = {}) =>
      (await platform.call('listRuns', { query }, 'viewer')).body as {
        items: { id: string; requested: string }[]
        next: string
      }
    expect((await list()).items.map(({ id }) => id)).toEqual(ids)
    const first = await list({ limit: '2' })
    const second = await list({ limit: '2', cursor: first.next })
    const third = await list({ limit: '2', cursor: second.next })
    expect([...first.items, ...second.items, ...third.items].map(({ id }) => id)).toEqual(ids)
    expect(third.next).toBeNull()
    const others = await list({ datasource: 'others', limit: '1' })
    expect(others.items.map(({ id }) => id)).toEqual([ids[1]])
    expect((await list({ datasource: 'others', limit: '1', cursor: others.next })).items.map(({ id }) => id)).toEqual([
      ids[3],
    ])
    expect((await list({ state: 'failed' })).items).toEqual([])
    const since = (await list()).items[1]!.requested
    expect((await list({ since })).items.map(({ id }) => id)).toEqual(ids.slice(0, 2))
    expect((await platform.call('listRuns', { query: { since: 'yesterday' } })).status).toBe(400)
    expect((await platform.call('listRuns', { query: { cursor: 'x' } })).status).toBe(400)
  })
})
