import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { missing } from './deployed.ts'
import { type Answer, deployStack } from './runtime/deployment.ts'

const json = ({ text }: Answer) => JSON.parse(text)
const canary = 'correct-horse-battery'

describe.skipIf(missing !== undefined)(`the synthesized stack${missing ? ` (skipped: ${missing})` : ''}`, () => {
  let stack: Awaited<ReturnType<typeof deployStack>>
  let token = ''

  beforeAll(async () => {
    stack = await deployStack()
    const { payload } = await stack.invoke('makeToken', { caller: 'grace', role: 'admin' })
    token = JSON.parse(payload.toString()).token
  })
  afterAll(() => stack.dispose())

  it('answers anyone, and names itself', async () => {
    const health = await stack.call('GET', '/v1/health')
    expect([health.status, json(health).status]).toEqual([200, 'ok'])
    expect(json(await stack.call('GET', '/v1/openapi.json')).openapi).toBe('3.1.0')
  })

  it('knows who sends a token', async () => {
    expect(json(await stack.call('GET', '/v1/me', { token }))).toMatchObject({ id: 'grace', role: 'admin' })
  })

  it('says of a number what it should be, and lists the kinds with their schemas, as everywhere', async () => {
    const refused = await stack.call('GET', '/v1/sources?limit=0', { token })
    expect(json(refused).errors).toEqual([{ pointer: '/query/limit', detail: 'must be a whole number from 1 to 1000' }])
    const { items } = json(await stack.call('GET', '/v1/kinds', { token }))
    expect(items.find(({ kind }: { kind: string }) => kind === 'postgres').config.properties).toHaveProperty('host')
  })

  it('refuses whom it does not know, and what it does not have, as problems', async () => {
    for (const refused of [
      await stack.call('GET', '/v1/me'),
      await stack.call('GET', '/v1/me', { token: 'hg_pat_unknown' }),
    ]) {
      expect([refused.status, json(refused).code]).toEqual([401, 'unauthenticated'])
      expect(refused.headers['content-type']).toBe('application/problem+json')
    }
    const unknown = await stack.call('GET', '/v1/nothing', { token })
    expect([unknown.status, json(unknown).code]).toEqual([404, 'not-found'])
  })

  it('keeps connectors, gives their credentials to nobody, and lists them as sources', async () => {
    const made = await stack.call('POST', '/v1/connectors', {
      token,
      headers: { 'Content-Type': 'application/json', 'Idempotency-Key': 'once' },
      body: {
        name: 'warehouse',
        kind: 'postgres',
        config: { host: '127.0.0.1', port: 5432, database: 'lab', user: 'reader' },
        credential: { password: canary },
      },
    })
    expect([made.status, made.headers.location]).toEqual([201, '/v1/connectors/warehouse'])
    const sources = await stack.call('GET', '/v1/sources?limit=1', { token })
    expect(json(sources)).toMatchObject({ items: [{ name: 'warehouse', kind: 'postgres' }], next: null })
    expect(made.text + sources.text).not.toContain(canary)
  })

  it('dials nothing private: what opens a source there fails before the first byte, streamed or not', async () => {
    const tables = await stack.call('GET', '/v1/sources/warehouse/tables', { token })
    expect([tables.status, json(tables).code]).toEqual([422, 'address-not-allowed'])
    const rows = await stack.call('GET', '/v1/sources/warehouse/tables/x/rows?format=csv', { token })
    expect([rows.status, json(rows).code, rows.isWhole]).toEqual([422, 'address-not-allowed', true])
  })

  it('has snapshots taken by the worker, and streams what becomes of them to the end', async () => {
    const headers = { 'Content-Type': 'application/json' }
    const datasource = { name: 'numbers', connector: 'warehouse', selection: { table: 'numbers' } }
    const made = await stack.call('POST', '/v1/datasources', { token, headers, body: datasource })
    expect(made.status, made.text).toBe(201)
    const asked = await stack.call('POST', '/v1/datasources/numbers/snapshots', { token, headers })
    expect(asked.status, asked.text).toBe(202)
    const events = await stack.call('GET', `${asked.headers.location}/events`, { token })
    expect(events.headers['content-type']).toBe('application/x-ndjson')
    expect(events.isWhole).toBe(true)
    const last = JSON.parse(events.text.trim().split('\n').at(-1)!)
    expect(last).toMatchObject({ state: 'failed', error: { code: 'address-not-allowed' } })
  })

  it('writes no credential and no token into any log', async () => {
    for (const id of ['makeToken', 'authorizer', 'createConnector', 'listTables', 'readRows', 'runSnapshot']) {
      const log = await stack.log(id)
      expect(log, id).not.toContain(canary)
      expect(log, id).not.toContain(token)
    }
    expect(await stack.log('listTables')).toContain('"code":"address-not-allowed"')
  })
})
