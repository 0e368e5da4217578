import { afterEach, describe, expect, it } from 'vitest'
import { cutReply } from '../../../shared/connectors/openapi/cut-reply.ts'
import kind from '../../../shared/connectors/openapi/kind.ts'
import { type Answered, type HttpServer, type Seen, serveHttp } from '../../support/http-server.ts'
import { documentOf, openApi } from '../../support/open-api.ts'
import { showRows } from '../../support/rows.ts'

const servers: HttpServer[] = []
afterEach(async () => {
  for (const server of servers.splice(0)) await server.stop()
})

const answerOf = (schema: object) => ({ responses: { 200: { content: { 'application/json': { schema } } } } })
const query = (...names: string[]) => names.map((name) => ({ name, in: 'query', schema: { type: 'integer' } }))
const listSchema = {
  type: 'array',
  items: { type: 'object', properties: { id: { type: 'integer' }, name: { type: 'string' } } },
}

async function api(operation: object, answer: (seen: Seen, url: URL) => Answered) {
  const server = await serveHttp((seen) => answer(seen, new URL(seen.url, 'http://a')))
  servers.push(server)
  const spec = documentOf({ '/things': { get: { operationId: 'list', ...operation } } })
  const opened = await openApi({ spec, baseUrl: server.origin })
  const extract = async (selection: object = {}) => {
    const extracted = await opened.extract(kind.selection.parse({ operation: 'list', ...selection }))
    if (extracted.shape !== 'rows') throw new Error('rows are expected')
    return { columns: extracted.schema.map(({ name, type }) => [name, type.is]), rows: await showRows(extracted) }
  }
  return { server, opened, extract }
}

const things = (from: number, to: number) =>
  Array.from({ length: Math.max(0, to - from) }, (_, i) => ({ id: from + i }))
const ids = (rows: readonly (readonly unknown[])[]) => rows.map(([id]) => Number(id))
const upTo = (count: number) => Array.from({ length: count }, (_, i) => i)
const total = 25

describe('pages', () => {
  const plain = answerOf({ type: 'array', items: { type: 'object', properties: { id: { type: 'integer' } } } })
  const enveloped = answerOf({ type: 'object', properties: { data: { type: 'array' } } })
  const pageOf = (url: URL, first: number, size = 10) => {
    const page = Number(url.searchParams.get('page') ?? first) - first
    return things(page * size, Math.min(total, (page + 1) * size))
  }
  const worlds: Readonly<
    Record<string, readonly [operation: object, answer: (url: URL) => Answered, requests: number, pagination: object]>
  > = {
    'a Link header': [
      plain,
      (url) => {
        const at = Number(url.searchParams.get('at') ?? 0)
        const link = `<http://x.test/first>; rel="first"${at + 10 < total ? `, </things?at=${at + 10}>; title="a, b"; rel="last next"` : ''}`
        return { headers: { link }, body: things(at, Math.min(total, at + 10)) }
      },
      3,
      { type: 'link' },
    ],
    'a URL in the reply': [
      enveloped,
      (url) => {
        const at = Number(url.searchParams.get('at') ?? 0)
        return {
          body: {
            links: { next: at + 10 < total ? `?at=${at + 10}` : null },
            data: things(at, Math.min(total, at + 10)),
          },
        }
      },
      3,
      { type: 'next', pointer: '/links/next' },
    ],
    'a cursor in the reply': [
      { ...enveloped, parameters: query('cursor') },
      (url) => {
        const at = Number(url.searchParams.get('cursor')?.slice(2) ?? 0)
        return {
          body: { data: things(at, Math.min(total, at + 10)), next_cursor: at + 10 < total ? `c"${at + 10}` : '' },
        }
      },
      3,
      { type: 'cursor', pointer: '/next_cursor', parameter: 'cursor' },
    ],
    'pages from 1': [
      { ...plain, parameters: query('page') },
      (url) => ({ body: pageOf(url, 1) }),
      5,
      { type: 'page', parameter: 'page' },
    ],
    'pages from 0': [
      { ...plain, parameters: query('page') },
      (url) => ({ body: pageOf(url, 0) }),
      4,
      { type: 'page', parameter: 'page', first: 0 },
    ],
    'pages from 1, as the document says': [
      { ...plain, parameters: [{ name: 'page', in: 'query', schema: { type: 'integer', default: 1 } }] },
      (url) => ({ body: pageOf(url, 1) }),
      4,
      { type: 'page', parameter: 'page' },
    ],
    'pages that end with 404': [
      { ...plain, parameters: query('page') },
      (url) => (pageOf(url, 1).length > 0 ? { body: pageOf(url, 1) } : { status: 404, body: {} }),
      5,
      { type: 'page', parameter: 'page' },
    ],
    'an offset': [
      { ...plain, parameters: query('offset', 'limit') },
      (url) => {
        const at = Number(url.searchParams.get('offset') ?? 0)
        return { body: things(at, Math.min(total, at + 10)) }
      },
      4,
      { type: 'offset', parameter: 'offset' },
    ],
    'an offset that stays at the last page': [
      { ...plain, parameters: query('offset') },
      (url) => {
        const at = Math.min(total - 5, Number(url.searchParams.get('offset') ?? 0))
        return { body: things(at, Math.min(total, at + 10)) }
      },
      4,
      { type: 'offset', parameter: 'offset' },
    ],
    'no pages, though there is a parameter': [
      { ...plain, parameters: query('page') },
      () => ({ body: things(0, total) }),
      3,
      { type: 'none' },
    ],
    'no pages': [plain, () => ({ body: things(0, total) }), 1, { type: 'none' }],
    'a last page that names itself': [
      enveloped,
      (url) => {
        const at = Number(url.searchParams.get('at') ?? 0)
        return { body: { data: things(at, Math.min(total, at + 10)), next: `?at=${Math.min(20, at + 10)}` } }
      },
      3,
      { type: 'next', pointer: '/next' },
    ],
  }

  it.each(Object.keys(worlds))('are found and read to their end: %s', async (name) => {
    const [operation, answer, requests] = worlds[name]!
    const { extract, server } = await api(operation, (_, url) => answer(url))
    expect(ids((await extract()).rows)).toEqual(upTo(total))
    expect(server.seen.length).toBeLessThanOrEqual(requests)
  })

  it.each(Object.keys(worlds))('are read as a datasource says: %s', async (name) => {
    const [operation, answer, , pagination] = worlds[name]!
    const { extract } = await api(operation, (_, url) => answer(url))
    expect(ids((await extract({ pagination })).rows)).toEqual(upTo(total))
  })

  it.each(Object.keys(worlds))('can be gone on with from any row: %s', async (name) => {
    const [operation, answer] = worlds[name]!
    const { opened } = await api(operation, (_, url) => answer(url))
    const found: number[] = []
    let after: string | undefined
    do {
      const window = await opened.tables.read('list', { limit: 7, ...(after !== undefined && { after }) })
      const rows = await showRows(window)
      expect(rows.length).toBeLessThanOrEqual(7)
      found.push(...ids(rows))
      after = window.next() ?? undefined
    } while (after !== undefined)
    expect(found).toEqual(upTo(total))
  })

  it('are asked for no further than a limit goes', async () => {
    const [operation, answer] = worlds['an offset']!
    const { opened, server } = await api(operation, (_, url) => answer(url))
    expect(await showRows(await opened.tables.read('list', { limit: 10 }))).toHaveLength(10)
    expect(server.seen).toHaveLength(1)
  })

  it('of another origin are refused, and not asked for', async () => {
    const other = await serveHttp(() => ({ body: [] }))
    servers.push(other)
    for (const next of [`${other.origin}/x`, 'http://169.254.169.254/', '//evil.test/x', 'file:///etc/passwd'])
      for (const [pagination, answered] of [
        [{ type: 'link' }, { headers: { link: `<${next}>; rel=next` }, body: [{ id: 1 }] }],
        [{ type: 'next', pointer: '/next' }, { body: { data: [{ id: 1 }], next } }],
      ] as const) {
        const { extract, server } = await api(pagination.type === 'link' ? plain : enveloped, () => answered)
        await expect(extract({ pagination })).rejects.toMatchObject({
          code: 'source-failed',
          detail: expect.stringContaining('origin'),
        })
        expect(server.seen).toHaveLength(1)
      }
    expect(other.seen).toEqual([])
  })

  it('that are empty for ever end in a fault', async () => {
    let n = 0
    const { extract, server } = await api(enveloped, () => ({ body: { data: [], next: `?n=${n++}` } }))
    await expect(extract()).rejects.toMatchObject({ code: 'source-failed' })
    expect(server.seen.length).toBeLessThan(200)
  })

  it('that fail half way fail the reading', async () => {
    const { extract } = await api({ ...plain, parameters: query('offset') }, (_, url) =>
      url.searchParams.get('offset') ? { status: 500, body: {} } : { body: things(0, 10) },
    )
    await expect(extract()).rejects.toMatchObject({ code: 'source-failed', detail: 'list answered 500: {}.' })
  })
})

describe('items', () => {
  it('become rows with every digit, by the document’s columns and those that are there besides', async () => {
    const text =
      '{"meta":{"items":[0]},"items":[{"id":9007199254740993,"price":1.5,"at":"2026-01-02T03:04:05Z","name":"2026-01-02"},' +
      '{"id":1,"price":2,"tags":["a",{"b":12345678901234567890}],"at":null,"name":"ü\\n","extra":true}],"next":null}'
    const item = {
      allOf: [
        {
          properties: {
            id: { type: 'integer' },
            name: { type: 'string' },
            at: { type: 'string', format: 'date-time' },
          },
        },
        { properties: { price: { type: 'number' }, gone: { type: 'string' }, never: { type: 'object' } } },
      ],
    }
    const schema = { properties: { meta: { type: 'object' }, items: { type: 'array', items: item } } }
    const { extract } = await api(answerOf(schema), () => ({ body: text }))
    const { columns, rows } = await extract()
    expect(columns).toEqual([
      ['id', 'int64'],
      ['name', 'utf8'],
      ['at', 'timestamp'],
      ['price', 'float64'],
      ['gone', 'utf8'],
      ['never', 'json'],
      ['tags', 'json'],
      ['extra', 'bool'],
    ])
    expect(rows).toEqual([
      ['9007199254740993', '2026-01-02', '2026-01-02 03:04:05', '1.5', null, null, null, null],
      ['1', 'ü\n', null, '2', null, null, '["a",{"b":12345678901234567890}]', 'true'],
    ])
  })

  it('that are no objects become rows of one column', async () => {
    const { extract } = await api(answerOf({ type: 'array', items: { type: 'string' } }), () => ({
      body: ['a', 'b', null],
    }))
    expect(await extract()).toEqual({ columns: [['value', 'utf8']], rows: [['a'], ['b'], [null]] })
  })

  it('of which there are none leave the columns of the document', async () => {
    const { extract } = await api(answerOf(listSchema), () => ({ body: [] }))
    expect(await extract()).toEqual({
      columns: [
        ['id', 'json'],
        ['name', 'utf8'],
      ],
      rows: [],
    })
    const bare = await api(answerOf({ type: 'array' }), () => ({ body: [] }))
    expect(await bare.extract()).toEqual({ columns: [['value', 'json']], rows: [] })
  })

  it('of a type that was chosen are read as that', async () => {
    const { extract } = await api(answerOf(listSchema), () => ({ body: [{ id: 1, name: '007' }] }))
    expect((await extract({ schema: { id: 'utf8', name: 'int64' } })).columns).toEqual([
      ['id', 'utf8'],
      ['name', 'int64'],
    ])
  })

  it('are where a pointer says, in a reply that no document describes', async () => {
    const { extract } = await api({}, () => ({ body: { 'a/b': { '~c': [{ id: 1 }] } } }))
    expect((await extract({ items: '/a~1b/~0c' })).rows).toEqual([['1']])
    await expect(extract()).rejects.toMatchObject({ code: 'invalid-request', hint: expect.stringContaining('items') })
    await expect(extract({ items: '/nowhere' })).rejects.toMatchObject({
      code: 'source-failed',
      detail: expect.stringContaining('/nowhere'),
    })
  })

  it('of a search by POST are read with its body, and those of another method are not', async () => {
    const search = {
      post: { operationId: 'search', requestBody: { content: { 'application/json': {} } }, ...answerOf(listSchema) },
    }
    const server = await serveHttp(({ body }) => ({ body: [JSON.parse(body)] }))
    servers.push(server)
    const spec = documentOf({ '/s': { ...search, delete: { operationId: 'wipe', ...answerOf(listSchema) } } })
    const { extract } = await openApi({ spec, baseUrl: server.origin })
    const found = await extract({ operation: 'search', body: { id: 5, name: 'x' } })
    expect(found.shape === 'rows' && (await showRows(found))).toEqual([['5', 'x']])
    await expect(extract({ operation: 'wipe' })).rejects.toMatchObject({ code: 'invalid-request' })
    await expect(extract({ operation: 'serch' })).rejects.toMatchObject({
      code: 'not-found',
      hint: 'Did you mean search?',
    })
  })
})

describe('a table', () => {
  it('is every GET that lists and needs no argument, under its tag', async () => {
    const spec = documentOf({
      '/a': { get: { operationId: 'plain', tags: ['t'], summary: 'All', ...answerOf(listSchema) } },
      '/b': {
        get: {
          operationId: 'defaulted',
          parameters: [{ name: 's', in: 'query', required: true, schema: { default: 'x' } }],
          ...answerOf(listSchema),
        },
      },
      '/c': {
        get: {
          operationId: 'needy',
          parameters: [{ name: 's', in: 'query', required: true }],
          ...answerOf(listSchema),
        },
      },
      '/d/{id}': { get: { operationId: 'one', ...answerOf(listSchema) } },
      '/e': { get: { operationId: 'object', ...answerOf({ properties: { a: { type: 'string' } } }) } },
      '/f': {
        get: {
          operationId: 'nested',
          ...answerOf({ properties: { result: { properties: { rows: listSchema, errors: { type: 'array' } } } } }),
        },
      },
      '/g': {
        get: { operationId: 'two', ...answerOf({ properties: { a: { type: 'array' }, b: { type: 'array' } } }) },
      },
      '/h': { post: { operationId: 'posted', ...answerOf(listSchema) } },
    })
    const { tables } = await openApi({ spec, baseUrl: 'https://a.test' })
    const { items } = await tables.list({ limit: 10 })
    expect(items.map(({ table }) => table)).toEqual(['defaulted', 'nested', 'plain'])
    expect(items[2]).toMatchObject({ schema: 't', comment: 'All', kind: 'view' })
    expect((await tables.list({ limit: 10, schema: 't' })).items).toHaveLength(1)
    expect((await tables.list({ limit: 10, search: 'NEST' })).items).toHaveLength(1)
    await expect(tables.read('needy', {})).rejects.toMatchObject({
      code: 'not-found',
      hint: expect.stringContaining('datasource'),
    })
  })

  it('is filtered, ordered and cut here', async () => {
    const { opened, server } = await api({ ...answerOf(listSchema), parameters: query('offset') }, (_, url) => {
      const at = Number(url.searchParams.get('offset') ?? 0)
      return { body: things(at, Math.min(total, at + 10)) }
    })
    const read = async (window: object) => {
      const found = await opened.tables.read('list', window)
      return [found.schema.map(({ name }) => name), ids(await showRows(found)), found.next()]
    }
    expect(await read({ where: ['id', 'ge', 20], select: ['id'] })).toEqual([['id'], [20, 21, 22, 23, 24], null])
    const order = [{ column: 'id', descending: true }]
    const [, first, next] = await read({ order, limit: 3, select: ['id'] })
    expect(first).toEqual([24, 23, 22])
    expect((await read({ order, limit: 3, after: next }))[1]).toEqual([21, 20, 19])
    expect(await server.connections()).toBe(0)
  })
})

describe('a reply in pieces', () => {
  const text =
    '{"a":{"x":"]}\\"","list":[1]},"list":[{"b":"é\\\\"},[1,[2]],"t]",-1.5e3,true,null,{}],"next":"n\\"1","deep":{"c":7}}'
  const cut = async (size: number, items = '/list', of = text) => {
    const bytes = Buffer.from(of)
    const aside = new Map<string, string>()
    const chunks = (async function* () {
      for (let i = 0; i < bytes.length; i += size) yield bytes.subarray(i, i + size)
    })()
    const found = await Array.fromAsync(cutReply(chunks, items, new Set(['/next', '/deep/c', '/a', '/none']), aside))
    return { items: found.map(String), aside: Object.fromEntries(aside) }
  }

  it('gives the same items wherever it is cut', async () => {
    for (let size = 1; size <= text.length; size++)
      expect(await cut(size)).toEqual({
        items: ['{"b":"é\\\\"}', '[1,[2]]', '"t]"', '-1.5e3', 'true', 'null', '{}'],
        aside: { '/next': '"n\\"1"', '/deep/c': '7', '/a': '{"x":"]}\\"","list":[1]}' },
      })
  })

  it.each([
    '',
    '{"list":[1',
    '{"list":[1]}}',
    '{"list":[1]} x',
    '{"list" 1}',
    '{"list":[1 2]}',
    '[1}',
    'nul',
    '{"list":{}}',
    '{list:[]}',
  ])('that is no JSON, or has no list, is told: %j', async (of) => {
    await expect(cut(3, '/list', of)).rejects.toMatchObject({ code: 'source-failed' })
  })
})
