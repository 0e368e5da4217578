import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Petstore, startPetstore } from '../../local/demo/petstore.ts'
import kind from '../../shared/connectors/openapi/kind.ts'
import { testPlatform } from '../support/platform.ts'
import shelf from '../support/shelf-kind.ts'

const apiKey = 'key-of-the-petstore'
let petstore: Petstore
let platform: Awaited<ReturnType<typeof testPlatform>>

beforeAll(async () => {
  petstore = await startPetstore({ apiKey })
  platform = await testPlatform({ kinds: [kind, shelf], allow: `127.0.0.1:${petstore.port}` })
  const body = {
    name: 'petstore',
    title: 'Pet store (API)',
    kind: 'openapi',
    config: { specUrl: petstore.specUrl, auth: { type: 'apiKey', in: 'header', name: 'api_key' } },
    credential: { apiKey },
  }
  const made = await platform.call('POST', '/v1/connectors', { body })
  expect(made.json.config.origin).toBe(`http://127.0.0.1:${petstore.port}`)
  await platform.call('POST', '/v1/connectors', { body: { name: 'shelf', kind: 'shelf', config: {} } })
})
afterAll(async () => {
  await platform.dispose()
  await petstore.stop()
})

describe('the operations of a source', () => {
  it('are listed by tag with method, path and id (E20)', async () => {
    const { json } = await platform.call('GET', `/v1/sources/petstore/operations?limit=1000`, { role: 'viewer' })
    expect(new Set(json.items.map(({ tag }: { tag: string }) => tag))).toEqual(new Set(['pet', 'store', 'user']))
    expect(json.items).toContainEqual({
      operationId: 'findPetsByStatus',
      tag: 'pet',
      tags: ['pet'],
      method: 'GET',
      path: '/pet/findByStatus',
      summary: 'Finds Pets by status',
      deprecated: false,
    })
    expect(new Set(json.items.map(({ operationId }: { operationId: string }) => operationId)).size).toBe(
      json.items.length,
    )
  })

  it('are listed page by page, by a tag, by a text', async () => {
    const found: string[] = []
    let cursor = ''
    do {
      const { json } = await platform.call('GET', `/v1/sources/petstore/operations?limit=4&tag=pet${cursor}`)
      found.push(...json.items.map(({ operationId }: { operationId: string }) => operationId))
      cursor = json.next === null ? '' : `&cursor=${json.next}`
    } while (cursor !== '')
    expect(found).toHaveLength(9)
    expect((await platform.call('GET', `/v1/sources/petstore/operations?search=INVENTORY`)).json.items).toHaveLength(1)
    expect((await platform.call('GET', `/v1/sources/petstore/operations?cursor=eA`)).status).toBe(400)
  })

  it('are described with parameters and body as JSON Schemas', async () => {
    const { json } = await platform.call('GET', `/v1/sources/petstore/operations/findPetsByStatus`, { role: 'viewer' })
    expect(json.parameters).toMatchObject([
      {
        name: 'status',
        in: 'query',
        required: false,
        schema: { type: 'array', items: { enum: ['available', 'pending', 'sold'] } },
      },
    ])
    expect(json.reply).toMatchObject({
      type: 'array',
      items: { $ref: '#/$defs/Pet' },
      $defs: { Pet: { required: ['name', 'photoUrls'] } },
    })
    const add = await platform.call('GET', `/v1/sources/petstore/operations/addPet`)
    expect(add.json.body).toMatchObject({ required: true, contentType: 'application/json' })
    const near = await platform.call('GET', `/v1/sources/petstore/operations/findPetsByState`)
    expect([near.status, near.json.hint]).toEqual([404, expect.stringContaining('Did you mean findPetsByStatus')])
  })

  it('are called with the defaults of the document: findPetsByStatus() works bare (E21)', async () => {
    const { status, json } = await platform.call('POST', `/v1/sources/petstore/operations/findPetsByStatus`, {
      role: 'viewer',
      body: {},
    })
    expect([status, json.status]).toEqual([200, 200])
    expect(json.headers['content-type']).toBe('application/json')
    expect(new Set(json.body.map((pet: { status: string }) => pet.status))).toEqual(new Set(['available']))
    const sold = await platform.call('POST', `/v1/sources/petstore/operations/findPetsByStatus`, {
      body: { parameters: { status: ['sold', 'pending'] } },
    })
    expect(sold.json.body).toHaveLength(40)
  })

  it('tell before anything is sent that an argument is missing, and what the API refuses with its status (E21)', async () => {
    const missing = await platform.call('POST', `/v1/sources/petstore/operations/getPetById`, { body: {} })
    expect([missing.status, missing.json.errors[0].pointer]).toEqual([400, '/body/parameters/petId'])
    const gone = await platform.call('POST', `/v1/sources/petstore/operations/getPetById`, {
      body: { parameters: { petId: 9999 } },
    })
    expect([gone.status, gone.json.detail]).toEqual([
      502,
      'getPetById answered 404: {"code":404,"message":"Pet not found"}.',
    ])
  })

  it('that change something take an editor; the others every reader (E23)', async () => {
    const body = { parameters: { petId: 3 } }
    const refused = await platform.call('POST', `/v1/sources/petstore/operations/deletePet`, { role: 'viewer', body })
    expect([refused.status, refused.json.code]).toEqual([403, 'forbidden'])
    expect(
      (await platform.call('POST', `/v1/sources/petstore/operations/getPetById`, { role: 'viewer', body })).status,
    ).toBe(200)
    expect(
      (await platform.call('POST', `/v1/sources/petstore/operations/deletePet`, { role: 'editor', body })).status,
    ).toBe(200)
    expect(
      (await platform.call('POST', `/v1/sources/petstore/operations/getPetById`, { role: 'viewer', body })).status,
    ).toBe(502)
    const pet = { name: 'Neu', photoUrls: [], status: 'sold', tags: [] }
    const added = await platform.call('POST', `/v1/sources/petstore/operations/addPet`, {
      role: 'editor',
      body: { body: pet },
    })
    expect(added.json.body).toMatchObject({ ...pet, id: 61 })
  })

  it('are not offered by every kind', async () => {
    for (const [method, path] of [
      ['GET', ''],
      ['GET', '/x'],
      ['POST', '/x'],
    ] as const) {
      const { json } = await platform.call(method, `/v1/sources/shelf/operations${path}`, {
        ...(method === 'POST' && { body: {} }),
      })
      expect(json.code).toBe('not-offered')
    }
  })

  it('that list can be read as tables, and saved as datasources', async () => {
    const tables = await platform.call('GET', '/v1/sources/petstore/tables', { role: 'viewer' })
    expect(tables.json.items.map(({ table }: { table: string }) => table)).toEqual(['findPetsByStatus', 'listPets'])
    const rows = await platform.call('GET', '/v1/sources/petstore/tables/listPets/rows?select=id,name,tags&limit=2', {
      role: 'viewer',
    })
    expect(rows.json.columns.map(({ name, type }: Record<string, string>) => [name, type])).toEqual([
      ['id', 'int64'],
      ['name', 'utf8'],
      ['tags', 'json'],
    ])
    expect(rows.json.rows[0]).toEqual(['1', 'Bello', [{ id: 4, name: 'old' }]])
    const more = await platform.call(
      'GET',
      `/v1/sources/petstore/tables/listPets/rows?select=id,name,tags&limit=2&cursor=${rows.json.next}`,
    )
    expect(more.json.rows).toHaveLength(2)
    const selection = { operation: 'listPets', parameters: { limit: 7 } }
    const saved = await platform.call('POST', '/v1/datasources', {
      body: { name: 'pets', connector: 'petstore', selection },
    })
    expect(saved.status).toBe(201)
    const preview = await platform.call('GET', '/v1/datasources/pets/rows?format=ndjson', { role: 'editor' })
    expect(preview.text.trim().split('\n')).toHaveLength(60)
    const wrong = await platform.call('POST', '/v1/datasources', {
      body: { name: 'x', connector: 'petstore', selection: { operation: 'a', items: 'x' } },
    })
    expect([wrong.status, wrong.json.errors[0].pointer]).toEqual([400, '/body/selection/items'])
  })
})
