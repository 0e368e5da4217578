import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import * as z from 'zod'
import { connectors, connectorUids } from '../../shared/ports/records.ts'
import { credentialId } from '../../shared/ports/secrets.ts'
import { testPlatform } from '../support/platform.ts'
import shelf, { shelfLog } from '../support/shelf-kind.ts'

let platform: Awaited<ReturnType<typeof testPlatform>>
beforeAll(async () => {
  platform = await testPlatform({ kinds: [shelf] })
})
afterAll(() => platform.dispose())

const password = 'open sesame'
const values = { kind: 'shelf', config: { rows: 5 }, credential: { password } }
const create = (name: string, change: object = {}) =>
  platform.call('POST', '/v1/connectors', { body: { name, title: `The ${name}`, ...values, ...change } })

describe('connectors', () => {
  it('E04 E05 are created with a name, a title and a uid, and shown as sources', async () => {
    const made = await create('first')
    expect(made.status).toBe(201)
    expect(made.headers).toMatchObject({ location: '/v1/connectors/first', etag: '"1"' })
    expect(made.json).toMatchObject({ name: 'first', title: 'The first', config: { rows: 5, place: 'here' } })
    const source = await platform.call('GET', '/v1/sources/first', { role: 'viewer' })
    expect(source.json).toEqual({
      uid: made.json.uid,
      name: 'first',
      title: 'The first',
      kind: 'shelf',
      capabilities: ['tables'],
      allowQuery: false,
      allowWrite: false,
      selection: expect.objectContaining({ type: 'object', required: ['table'] }),
      increments: null,
      writes: null,
    })
  })

  it('E03 are found by name and by uid alike, and told as missing otherwise', async () => {
    const { json } = await create('by-uid')
    expect((await platform.call('GET', `/v1/connectors/${json.uid}`)).json).toEqual(json)
    expect((await platform.call('GET', `/v1/sources/${json.uid}/tables`)).status).toBe(200)
    expect((await platform.call('GET', '/v1/connectors/con_nobody')).json.code).toBe('not-found')
    expect((await platform.call('GET', '/v1/sources/by-uit/tables')).json).toMatchObject({
      code: 'not-found',
      hint: expect.stringContaining('by-uid'),
    })
  })

  it('E07 P02 C15 take a credential and never give it back', async () => {
    const made = await create('silent')
    const seen = [
      made.text,
      (await platform.call('GET', '/v1/connectors/silent')).text,
      (await platform.call('GET', '/v1/connectors')).text,
      (await platform.call('POST', '/v1/connectors/silent/checks')).text,
      JSON.stringify(await platform.world.catalog.list({ path: 'connectors', schema: z.unknown() }, { limit: 10 })),
    ]
    expect(seen.filter((text) => text.includes(password))).toEqual([])
    expect(made.json.hasCredential).toBe(true)
  })

  it('P06 tell databases only where their kind knows of them', async () => {
    await create('no-databases')
    for (const path of ['databases', 'tables?database=x'])
      expect((await platform.call('GET', `/v1/sources/no-databases/${path}`)).json.code).toBe('not-offered')
  })

  it('are refused under a taken name, and leave no credential behind', async () => {
    await create('taken')
    const again = await create('taken')
    expect(again.json).toMatchObject({ status: 409, code: 'conflict', hint: expect.any(String) })
  })

  it.each([
    ['an unknown kind', { kind: 'hive' }, ''],
    ['a config of the wrong shape', { config: { rows: 'many' } }, '/body/config/rows'],
    ['an unknown config member', { config: { rows: 1, colour: 'red' } }, '/body/config/colour'],
    ['a credential of the wrong shape', { credential: { password: 7 } }, '/body/credential/password'],
    ['a name that is no slug', { name: 'Not A Slug' }, '/body/name'],
    ['a budget of nothing', { budget: 0 }, '/body/budget'],
  ])('E10 P01 are refused with %s before anything is kept', async (_what, change, pointer) => {
    const reply = await create('never', change)
    expect(reply.json).toMatchObject({ status: 400, code: 'invalid-request' })
    if (pointer !== '') expect(reply.json.errors[0].pointer).toBe(pointer)
    expect((await platform.call('GET', '/v1/connectors/never')).status).toBe(404)
  })

  it('E04 change with If-Match, keep their uid and their credential, and refuse a stale version', async () => {
    const { json: old } = await create('changing')
    const put = (etag: string, body: object) =>
      platform.call('PUT', '/v1/connectors/changing', { headers: { 'if-match': etag }, body })
    expect((await platform.call('PUT', '/v1/connectors/changing', { body: { title: 'New' } })).status).toBe(428)
    const changed = await put('"1"', { title: 'New' })
    expect(changed.headers.etag).toBe('"2"')
    expect(changed.json).toMatchObject({ uid: old.uid, title: 'New', config: old.config, hasCredential: true })
    expect((await put('"1"', { title: 'Late' })).json.code).toBe('precondition-failed')
    expect((await put('"2"', { kind: 'other' })).json.errors[0].pointer).toBe('/body/kind')
    expect((await platform.call('GET', '/v1/sources/changing/tables')).status).toBe(200)
  })

  it('E04 P05 go with their credential, and a second delete tells that they are gone', async () => {
    const { json } = await create('going')
    const remove = () => platform.call('DELETE', '/v1/connectors/going', { headers: { 'if-match': '*' } })
    expect((await remove()).status).toBe(204)
    expect((await remove()).status).toBe(404)
    expect(await platform.world.secrets.get(credentialId(json.uid))).toBeUndefined()
    expect((await platform.call('GET', `/v1/connectors/${json.uid}`)).status).toBe(404)
  })

  it('are made once for one Idempotency-Key, and the key is refused for another request', async () => {
    const send = (name: string) =>
      platform.call('POST', '/v1/connectors', { headers: { 'idempotency-key': 'k1' }, body: { name, ...values } })
    const [a, b] = [await send('once'), await send('once')]
    expect([a.status, b.status]).toEqual([201, 201])
    expect(b.text).toBe(a.text)
    expect((await send('twice')).json.code).toBe('conflict')
  })

  it('E06 P04 are checked, saved or not, with the three words of a check', async () => {
    await create('checked')
    const saved = await platform.call('POST', '/v1/connectors/checked/checks')
    expect(saved.json).toMatchObject({ status: 'VALID_CONNECTION', stages: [{ name: 'login', ok: true }] })
    const trial = (body: object) =>
      platform.call('POST', '/v1/checks', { body: { kind: 'shelf', config: {}, ...body } })
    expect((await trial({ credential: { password: 'wrong' } })).json.status).toBe('BAD_CREDENTIALS')
    expect((await trial({ connector: 'checked' })).json.status).toBe('VALID_CONNECTION')
  })

  it('E23 are changed by administrators only, and browsed by viewers', async () => {
    await create('guarded')
    for (const role of ['viewer', 'editor'] as const) {
      expect((await platform.call('GET', '/v1/connectors', { role })).status).toBe(403)
      expect((await platform.call('POST', '/v1/connectors', { role, body: {} })).status).toBe(403)
      expect((await platform.call('DELETE', '/v1/connectors/guarded', { role })).status).toBe(403)
      expect((await platform.call('GET', '/v1/sources/guarded/tables', { role })).status).toBe(200)
    }
  })

  it('E24 tell the JSON Schemas of their kinds', async () => {
    const { json } = await platform.call('GET', '/v1/kinds')
    expect(json.items).toMatchObject([
      { kind: 'shelf', config: { properties: { rows: { type: 'integer' } } }, credential: { writeOnly: true } },
    ])
  })
})

describe('sources', () => {
  it('E02 P03 are listed a page at a time, each once, found by kind and by text', async () => {
    for (let i = 0; i < 7; i++) await create(`page-${i}`)
    const names: string[] = []
    let cursor = ''
    do {
      const { json } = await platform.call('GET', `/v1/sources?search=page-&limit=3${cursor}`)
      expect(json.items.length).toBeLessThanOrEqual(3)
      names.push(...json.items.map(({ name }: { name: string }) => name))
      cursor = json.next === null ? '' : `&cursor=${json.next}`
    } while (cursor !== '')
    expect(names).toEqual(Array.from({ length: 7 }, (_, i) => `page-${i}`))
    expect((await platform.call('GET', '/v1/sources?kind=mysql')).json).toEqual({ items: [], next: null })
    expect((await platform.call('GET', '/v1/sources?cursor=%21%21')).json.code).toBe('invalid-request')
  })

  it('E08 E11 list and describe tables, and page rows by a cursor without loss or repetition', async () => {
    await create('rows', { config: { rows: 25 } })
    expect((await platform.call('GET', '/v1/sources/rows/tables')).json.items).toMatchObject([{ table: 'boxes' }])
    const described = await platform.call('GET', '/v1/sources/rows/tables/boxes')
    expect(described.json.columns).toEqual([
      { name: 'id', type: 'int64', nativeType: 'bigint', nullable: false, comment: null },
      { name: 'label', type: 'utf8', nativeType: 'text', nullable: true, comment: null },
    ])
    const ids: string[] = []
    let next: string | null = null
    do {
      const page: { json: { rows: [string, string | null][]; next: string | null } } = await platform.call(
        'GET',
        `/v1/sources/rows/tables/boxes/rows?limit=10${next === null ? '' : `&cursor=${next}`}`,
      )
      ids.push(...page.json.rows.map(([id]) => id))
      next = page.json.next
    } while (next !== null)
    expect(ids).toEqual(Array.from({ length: 25 }, (_, i) => String(i)))
  })

  it('refuse a cursor that another query gave', async () => {
    const first = await platform.call('GET', '/v1/sources/rows/tables/boxes/rows?limit=10')
    const other = await platform.call('GET', `/v1/sources/rows/tables/boxes/rows?select=id&cursor=${first.json.next}`)
    expect(other.json).toMatchObject({ code: 'invalid-request', errors: [{ pointer: '/query/cursor' }] })
  })

  it('answer in the format that Accept or ?format= asks for', async () => {
    const rows = (query: string, accept = '') =>
      platform.call('GET', `/v1/sources/rows/tables/boxes/rows?${query}`, { headers: { accept } })
    expect((await rows('limit=2&format=csv')).text.split(/\r?\n/)[0]).toBe('id,label')
    const streamed = await rows('', 'application/x-ndjson')
    expect(streamed.headers['content-type']).toContain('application/x-ndjson')
    expect(streamed.text.trim().split('\n')).toHaveLength(25)
    expect((await rows('', 'image/png')).json.code).toBe('not-acceptable')
  })

  it('run SQL only where the connector allows it', async () => {
    const ask = (name: string) =>
      platform.call('POST', `/v1/sources/${name}/query`, { role: 'viewer', body: { sql: 'select 1' } })
    expect((await ask('rows')).json).toMatchObject({ code: 'forbidden', hint: expect.stringContaining('allowQuery') })
    await create('open', { allowQuery: true })
    expect((await ask('open')).json.rows).toHaveLength(5)
    expect(shelfLog.sql).toEqual(['select 1'])
  })

  it('close every connection that they open', () => {
    expect(shelfLog.closed).toBe(shelfLog.opened)
  })
})

describe('a damaged record of a connector (E03 BadEntry)', () => {
  const damaged = { path: connectors.path, schema: z.unknown() }
  let uid: string
  beforeAll(async () => {
    uid = (await create('spoilt')).json.uid
    const { value, revision } = (await platform.world.catalog.get(damaged, 'spoilt'))!
    const spoilt = { ...(value as object), budget: 'many' }
    await platform.world.catalog.write([{ replace: damaged, id: 'spoilt', value: spoilt, revision }])
  })

  it.each(['/v1/sources', '/v1/connectors'])('leaves %s with the others, page by page', async (path) => {
    const names: string[] = []
    for (let next: string | null = ''; next !== null; ) {
      const page: Awaited<ReturnType<typeof platform.call>> = await platform.call('GET', `${path}?limit=1&${next}`)
      expect(page.status, page.text).toBe(200)
      names.push(...page.json.items.map(({ name }: { name: string }) => name))
      next = page.json.next && `cursor=${page.json.next}`
    }
    expect(names).toContain('first')
    expect(names).toContain('silent')
    expect(names).not.toContain('spoilt')
  })

  it.each(['/v1/sources/spoilt', '/v1/sources/spoilt/tables', '/v1/connectors/spoilt'])(
    'is told where it is asked for: %s',
    async (path) => {
      const { status, json } = await platform.call('GET', path)
      expect([status, json.code]).toEqual([502, 'source-failed'])
      expect(json.hint).toContain('deleting')
    },
  )

  it('does not keep near names from being told', async () => {
    const { json } = await platform.call('GET', '/v1/sources/spolt')
    expect(json).toMatchObject({ code: 'not-found', hint: 'Did you mean spoilt?' })
  })

  it('can be deleted, credential and all, and made anew', async () => {
    const gone = await platform.call('DELETE', '/v1/connectors/spoilt', { headers: { 'if-match': '*' } })
    expect(gone.status, gone.text).toBe(204)
    expect(await platform.world.secrets.get(credentialId(uid))).toBeUndefined()
    expect(await platform.world.catalog.get(connectorUids, uid)).toBeUndefined()
    expect((await create('spoilt')).status).toBe(201)
  })
})
