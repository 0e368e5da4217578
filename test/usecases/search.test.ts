import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { alike } from '../../shared/domain/alike.ts'
import { type CallOptions, testPlatform } from '../support/platform.ts'
import shelf from '../support/shelf-kind.ts'

let platform: Awaited<ReturnType<typeof testPlatform>>
beforeAll(async () => {
  platform = await testPlatform({ kinds: [shelf] })
  for (const [name, title] of [
    ['warehouse', 'The great warehouse'],
    ['billing', 'Invoices'],
  ])
    await call('POST', '/v1/connectors', { body: { name, title, kind: 'shelf', config: {}, credential: {} } })
  await call('POST', '/v1/datasources', {
    body: { name: 'warehouse-stock', connector: 'warehouse', selection: { table: 'boxes' } },
  })
  for (const name of ['warehouse/plans/north.csv', 'warehouse/plans/south.csv', 'notes.txt'])
    await call('PUT', `/v1/objects/user/${name}`, { bytes: new Uint8Array(1) })
})
afterAll(() => platform.dispose())

const call = (method: string, target: string, options: CallOptions = {}) =>
  platform.call(method, target, { caller: 'ada', ...options })
const find = async (query: string, options: CallOptions = {}) =>
  (await call('GET', `/v1/search?${query}`, options)).json.items.map(
    ({ kind, name }: { kind: string; name: string }) => `${kind} ${name}`,
  )

describe('E25 search', () => {
  it('finds connectors, datasources, folders and files by name, the most alike first', async () => {
    expect(await find('q=warehouse')).toEqual(['connector warehouse', 'folder warehouse', 'datasource warehouse-stock'])
    expect(await find('q=north')).toEqual(['file north.csv'])
    expect(await find('q=invoices')).toEqual(['connector billing'])
  })

  it('finds what is typed wrong, in other cases and without accents', async () => {
    expect(await find('q=warehuose')).toContain('connector warehouse')
    expect(await find('q=BILING')).toContain('connector billing')
    expect(await find('q=nöte')).toContain('file notes.txt')
    expect(await find('q=zzzzzz')).toEqual([])
  })

  it('is narrowed to a kind, and gives name, kind and uid', async () => {
    expect(await find('q=warehouse&kind=folder')).toEqual(['folder warehouse'])
    const { items } = (await call('GET', '/v1/search?q=plans&kind=folder')).json
    expect(items).toMatchObject([{ name: 'plans', kind: 'folder', uid: 'user/warehouse/plans' }])
    expect((await call('GET', '/v1/search?q=%20')).json.code).toBe('invalid-request')
  })

  it('finds nothing that the caller may not see', async () => {
    expect(await find('q=north', { caller: 'bob' })).toEqual([])
    expect(await find('q=warehouse', { role: 'viewer' })).toEqual(['connector warehouse'])
    expect(await find('q=warehouse', { caller: 'bob', as: { connectors: ['billing'] } })).toEqual([])
  })

  it.each([
    ['report', 'report', 1],
    ['rep', 'report', 0.84],
    ['port', 'report', 0.77],
    ['sales 2026', '2026-sales', 0.6],
    ['x', '', 0],
    ['abc', 'xyz', 0],
  ])('likens %j to %j as %f', (wanted, name, score) => {
    expect(alike(wanted, name)).toBeCloseTo(score, 1)
  })
})
