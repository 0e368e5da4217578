import { once } from 'node:events'
import { createServer } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { faults } from '../../shared/domain/faults.ts'
import { closedPort } from '../support/closed-port.ts'
import { type Headgate, startHeadgate, temporaryFolder } from '../support/headgate.ts'
import { testPostgres } from '../support/postgres.ts'

/** The real process, asked over HTTP for what it must refuse: each time in words, leaking nothing, leaving nothing running. */

const pg = await testPostgres()
const folder = await temporaryFolder()
const silent = createServer(() => {}).listen(0, '127.0.0.1')
await once(silent, 'listening')
const nobodyAt = await closedPort()
const names = [
  `qu"o'te; drop table "numbers"`,
  'ünïcödé 表',
  'n'.repeat(63),
  '__proto__',
  'with  space',
  'UPPER',
  'a,b',
]

let headgate: Headgate
let here: Awaited<ReturnType<Headgate['ready']>>
const refusals: { readonly asked: string; readonly text: string }[] = []

interface Asked {
  readonly body?: unknown
  /** The body as it is, instead of `body`. */
  readonly text?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly signal?: AbortSignal
}

const send = (method: string, path: string, { body, text, headers, signal }: Asked = {}) =>
  fetch(`${here.origin}${path}`, {
    method,
    headers: { authorization: `Bearer ${here.token}`, 'content-type': 'application/json', ...headers },
    ...((body !== undefined || text !== undefined) && { body: text ?? JSON.stringify(body) }),
    ...(signal && { signal }),
  })

async function ask(method: string, path: string, asked: Asked = {}) {
  const response = await send(method, path, asked)
  const said = await response.text()
  if (!response.ok) refusals.push({ asked: `${method} ${path.slice(0, 200)}`, text: said })
  const isJson = /json$/.test(response.headers.get('content-type') ?? '')
  return {
    status: response.status,
    headers: response.headers,
    text: said,
    json: isJson && said ? JSON.parse(said) : undefined,
  }
}

const tables = '/v1/sources/lab/tables'
const query = (sql: string, more: object = {}) => ask('POST', '/v1/sources/lab/query', { body: { sql, ...more } })
const rowsOf = (table: string, parameters: Record<string, string> = {}) =>
  ask('GET', `${tables}/${encodeURIComponent(table)}/rows?${new URLSearchParams(parameters)}`)
const connector = (change: object = {}) => ({
  kind: 'postgres',
  config: { host: pg.host, port: pg.port, database: pg.database, user: pg.reader.user, ...change },
  credential: { password: pg.reader.password },
})
const quoted = (name: string) => `"${name.replaceAll('"', '""')}"`

/** What the server runs or holds open for the reader's login. */
const atServer = () =>
  pg.sql(`SELECT state, query FROM pg_stat_activity WHERE usename = 'reader' AND backend_type = 'client backend'`)

async function nothingRuns() {
  for (let tries = 0; tries < 100 && (await atServer()).length > 0; tries++) await sleep(50)
  expect(await atServer()).toEqual([])
}

beforeAll(async () => {
  await pg.sql(`
    CREATE TABLE numbers (id int PRIMARY KEY, name text);
    INSERT INTO numbers SELECT i, 'n' || i FROM generate_series(1, 10) i;
    CREATE TABLE large AS SELECT i AS id, repeat('x', 1000) AS pad FROM generate_series(1, 60000) i;
    CREATE TABLE passing (id int PRIMARY KEY, name text);
    INSERT INTO passing SELECT i, 'n' FROM generate_series(1, 10) i;
    CREATE TABLE no_rows (id int);
    CREATE TABLE no_columns ();
    INSERT INTO no_columns DEFAULT VALUES;
    CREATE TABLE wide (${Array.from({ length: 1600 }, (_, i) => `c${i} bool`).join(', ')});
    INSERT INTO wide (c0, c1599) VALUES (true, false);
    CREATE TABLE heavy AS SELECT repeat('x', 100000000) AS cell;
    ${names.map((name) => `CREATE TABLE ${quoted(name)} AS SELECT 1 AS ${quoted(name)};`).join('\n')}
  `)
  headgate = startHeadgate({
    args: ['--port', '0', '--data', folder.path, '--no-demo', '--verbose'],
    env: { HEADGATE_ALLOW: `127.0.0.1:${pg.port} 127.0.0.1:${nobodyAt}` },
  })
  here = await headgate.ready()
  const made = await ask('POST', '/v1/connectors', { body: { name: 'lab', allowQuery: true, ...connector() } })
  expect(made.status, made.text).toBe(201)
})
afterAll(async () => {
  headgate.child.kill('SIGINT')
  await headgate.ended()
  silent.close()
  await folder.remove()
})

describe('what is not there', () => {
  it.each([
    ['a source', '/v1/sources/lap', 404, 'not-found', 'Did you mean lab?'],
    ['a source of a table', '/v1/sources/nowhere/tables/numbers/rows', 404, 'not-found', 'GET /v1/sources'],
    ['a table', `${tables}/nubmers/rows`, 404, 'not-found', 'Did you mean "numbers"?'],
    ['a table like no other', `${tables}/zzzzzzzzzzzzzz`, 404, 'not-found', 'list of tables'],
    ['a column', `${tables}/numbers/rows?select=nmae`, 400, 'invalid-request', 'Did you mean "name"?'],
    [
      'a column to order by',
      `${tables}/numbers/rows?order=zzzzzz`,
      400,
      'invalid-request',
      'The columns are "id", "name".',
    ],
    [
      'a column that objects know',
      `${tables}/numbers/rows?select=__proto__`,
      400,
      'invalid-request',
      'The columns are',
    ],
    ['a parameter', `${tables}/numbers/rows?offset=5`, 400, 'invalid-request', 'Known here: select, where,'],
    ['a parameter that objects know', `${tables}/numbers/rows?__proto__=5`, 400, 'invalid-request', 'Known here'],
    ['a path', '/v1/nothing', 404, 'not-found', 'openapi.json'],
  ])('%s', async (_what, path, status, code, hint) => {
    const reply = await ask('GET', path)
    expect(reply.json).toMatchObject({ status, code, hint: expect.stringContaining(hint) })
  })

  it('an operator', async () => {
    for (const where of ['["name","regex","x"]', '["name","eq"]', '["name","__proto__",1]', '{"nor":[]}']) {
      const { json } = await rowsOf('numbers', { where })
      expect(json, where).toMatchObject({ code: 'invalid-request', errors: [{ pointer: '/query/where' }] })
      expect(json.detail).toContain('eq, ne, lt, le, gt, ge, like, ilike')
    }
  })

  it('a method: Allow has those that are', async () => {
    for (const method of ['DELETE', 'OPTIONS', 'HEAD']) {
      const reply = await ask(method, `${tables}/numbers/rows`)
      expect([reply.status, reply.headers.get('allow')], method).toEqual([405, 'GET'])
    }
    expect((await ask('PATCH', '/v1/connectors/lab')).headers.get('allow')).toBe('DELETE, GET, PUT')
  })

  it('the connector of a datasource', async () => {
    const { json } = await ask('POST', '/v1/datasources', {
      body: { name: 'orphan', connector: 'lob', selection: { table: 'numbers' } },
    })
    expect(json).toMatchObject({ code: 'invalid-request', errors: [{ pointer: '/body/connector' }] })
    expect((await ask('GET', '/v1/datasources/orphan')).json.code).toBe('not-found')
  })

  it('a connector that went after its datasource came', async () => {
    const gone = await ask('POST', '/v1/connectors', { body: { name: 'gone', ...connector() } })
    expect(gone.status).toBe(201)
    await ask('POST', '/v1/datasources', { body: { name: 'left', connector: 'gone', selection: { table: 'numbers' } } })
    const { json } = await ask('DELETE', '/v1/connectors/gone', { headers: { 'if-match': '*' } })
    expect(json).toMatchObject({ code: 'conflict', hint: expect.stringContaining('left') })
  })
})

describe('limits and cursors', () => {
  it.each(['0', '-1', '1e9', 'ten', '1.5', ''])('a limit of %j', async (limit) => {
    for (const path of [`${tables}/numbers/rows`, tables, '/v1/sources']) {
      const { json } = await ask('GET', `${path}?limit=${path === tables && limit === '1e9' ? '1001' : limit}`)
      expect(json).toMatchObject({ code: 'invalid-request', errors: [{ pointer: '/query/limit' }] })
      expect(json.detail).toMatch(/must be a whole number from 1 to \d+$/)
    }
    expect((await query('select 1', { limit })).json.errors[0].pointer).toBe('/body/limit')
  })

  it('a cursor of another query, another table, or none', async () => {
    const cursor = (await rowsOf('numbers', { limit: '2' })).json.next
    for (const reply of [
      await rowsOf('numbers', { limit: '2', cursor, order: '-id' }),
      await rowsOf('numbers', { limit: '2', cursor, select: 'id' }),
      await rowsOf('passing', { limit: '2', cursor }),
      await rowsOf('numbers', { cursor: 'abc' }),
      await rowsOf('numbers', { cursor: `${cursor}A` }),
    ])
      expect(reply.json).toMatchObject({ code: 'invalid-request', errors: [{ pointer: '/query/cursor' }] })
    expect((await rowsOf('numbers', { limit: '2', cursor })).json.rows).toHaveLength(2)
  })
})

describe('names', () => {
  it.each(names)('%s of a table and its column', async (name) => {
    const list = `[${JSON.stringify(name)}]`
    const where = JSON.stringify([name, 'eq', 1])
    const { json } = await rowsOf(name, { select: list, order: list, where })
    expect([json.columns?.[0].name, json.rows], JSON.stringify(json)).toEqual([name, [[1]]])
    const described = await ask('GET', `${tables}/${encodeURIComponent(`public.${name}`)}`)
    expect(described.json).toMatchObject({ name, columns: [{ name }] })
    for (const format of ['csv', 'ndjson', 'arrow', 'parquet'])
      expect((await rowsOf(name, { format })).status, format).toBe(200)
  })

  it('in a wrong case are other names', async () => {
    expect((await rowsOf('upper')).json).toMatchObject({ code: 'not-found', hint: 'Did you mean "UPPER"?' })
    expect((await rowsOf('numbers', { select: 'ID' })).json).toMatchObject({ hint: 'Did you mean "id"?' })
  })
})

describe('a table that changes', () => {
  it('is held while it is read: every row comes, and who would drop it waits', async () => {
    const response = await send('GET', `${tables}/large/rows?format=csv`)
    const reader = response.body!.getReader()
    const first = await reader.read()
    await expect(pg.sql(`SET lock_timeout = '200ms'; DROP TABLE large`)).rejects.toThrow('lock timeout')
    await pg.sql('SET lock_timeout = 0')
    let lines = Buffer.from(first.value!).toString().split('\n').length - 1
    for (let part = await reader.read(); !part.done; part = await reader.read())
      lines += Buffer.from(part.value).toString().split('\n').length - 1
    expect(lines).toBe(60_001)
  })

  it('between two pages is told', async () => {
    const page = { limit: '2', select: 'id,name' }
    const cursor = (await rowsOf('passing', page)).json.next
    await pg.sql('ALTER TABLE passing DROP COLUMN name')
    expect((await rowsOf('passing', { ...page, cursor })).json).toMatchObject({ status: 400, code: 'invalid-request' })
    await pg.sql('DROP TABLE passing')
    expect((await rowsOf('passing', { ...page, cursor })).json).toMatchObject({ status: 404, code: 'not-found' })
  })
})

describe('a source that cannot be opened', () => {
  it.each([
    ['a wrong password', connector(), { password: 'wrong-canary' }, 'BAD_CREDENTIALS', 'source-refused'],
    ['a closed port', connector({ port: nobodyAt }), undefined, 'NO_CONNECTION', 'source-unreachable'],
    [
      'a name of this machine',
      connector({ host: 'localhost', port: 22 }),
      undefined,
      'NO_CONNECTION',
      'address-not-allowed',
    ],
    ['a port beside', connector({ port: 1 }), undefined, 'NO_CONNECTION', 'address-not-allowed'],
    ['metadata', connector({ host: '169.254.169.254' }), undefined, 'NO_CONNECTION', 'address-not-allowed'],
    ['an unknown host', connector({ host: 'nowhere.invalid' }), undefined, 'NO_CONNECTION', 'source-unreachable'],
    ['no database', connector({ database: 'nowhere' }), undefined, 'BAD_CREDENTIALS', 'source-refused'],
  ])('for %s', async (what, values, credential, status, code) => {
    const body = { ...values, ...(credential && { credential }) }
    const check = await ask('POST', '/v1/checks', { body })
    expect(check.json.stages.at(-1), what).toMatchObject({ ok: false, hint: expect.any(String) })
    const name = what.replaceAll(' ', '-')
    expect((await ask('POST', '/v1/connectors', { body: { name, ...body } })).status).toBe(201)
    const reply = await ask('GET', `/v1/sources/${name}/tables`)
    expect(reply.json).toMatchObject({ code, hint: expect.any(String) })
    expect(check.json.status).toBe(status)
  })
})

describe('bodies', () => {
  it('a filter of two million characters, in a body and in an address', async () => {
    const where = ['name', 'eq', 'x'.repeat(2_000_000)]
    const body = { name: 'huge', connector: 'lab', selection: { table: 'numbers', where } }
    expect((await ask('POST', '/v1/datasources', { body })).json).toMatchObject({ status: 413, code: 'too-large' })
    const address = await rowsOf('numbers', { where: JSON.stringify(where) })
    expect(address.json).toMatchObject({ status: 413, code: 'too-large' })
    const long = await rowsOf('numbers', { where: JSON.stringify(['name', 'eq', 'x'.repeat(70_000)]) })
    expect(long.json.detail).toBe('/query/where: must have at most 65536 characters')
    const taken = await rowsOf('numbers', { where: JSON.stringify(['name', 'eq', '"'.repeat(30_000)]) })
    expect(taken.json.rows).toEqual([])
  })

  it('one that is too large, and the connection takes the next request', async () => {
    for (let n = 0; n < 3; n++) {
      const text = `{"sql":"${'x'.repeat(3_000_000)}"}`
      expect((await ask('POST', '/v1/sources/lab/query', { text })).json.code).toBe('too-large')
      for (const path of ['/v1/health', '/v1/me', '/v1/sources']) expect((await ask('GET', path)).status).toBe(200)
    }
  })

  it.each([
    ['no JSON', '{"sql":', [], 'JSON'],
    ['no body', '', ['/body'], 'missing'],
    ['a list', '[]', ['/body'], 'an object'],
    ['null', 'null', ['/body'], 'an object'],
    ['a number for a text', '{"sql":1}', ['/body/sql'], 'text'],
    ['an unknown member', '{"sql":"select 1","__proto__x":1}', ['/body/__proto__x'], 'not known'],
    ['nothing to run', '{"sql":"  "}', ['/body/sql'], 'at least 1 character'],
  ])('%s', async (_what, text, pointers, detail) => {
    const { json } = await ask('POST', '/v1/sources/lab/query', { text })
    expect(json).toMatchObject({ status: 400, code: 'invalid-request', detail: expect.stringContaining(detail) })
    expect(json.errors.map(({ pointer }: { pointer: string }) => pointer)).toEqual(pointers)
  })

  it('JSON that says to be something else, and JSON that says nothing', async () => {
    const other = { text: '{"sql":"select 1"}', headers: { 'content-type': 'text/plain' } }
    expect((await ask('POST', '/v1/sources/lab/query', other)).json.code).toBe('unsupported-media-type')
    const bare = await fetch(`${here.origin}/v1/sources/lab/query`, {
      method: 'POST',
      headers: { authorization: `Bearer ${here.token}` },
      body: new Blob(['{"sql":"select 1"}']),
    })
    expect(bare.status).toBe(200)
  })
})

describe('sizes', () => {
  it('a cell of 100 MB, refused before it is sent, as a table, a query and a snapshot', async () => {
    const refused = { status: 413, code: 'too-large', hint: expect.stringContaining('column') }
    expect((await rowsOf('heavy')).json).toMatchObject(refused)
    expect((await query(`select repeat(repeat('x', 1000), 100000) as cell`)).json).toMatchObject(refused)
    await ask('POST', '/v1/datasources', { body: { name: 'heavy', connector: 'lab', selection: { table: 'heavy' } } })
    const { json } = await ask('POST', '/v1/datasources/heavy/snapshots')
    const events = await (await send('GET', `/v1/snapshots/${json.id}/events`)).text()
    expect(JSON.parse(events.trim().split('\n').at(-1)!)).toMatchObject({
      state: 'failed',
      error: { code: 'too-large' },
    })
  })

  it.each(['json', 'ndjson', 'csv', 'arrow', 'parquet'])(
    'no rows, no columns and 1,600 columns as %s',
    async (format) => {
      const none = await rowsOf('no_rows', { format })
      expect(none.status).toBe(200)
      if (format === 'csv') expect(none.text).toBe('id\r\n')
      const wide = await rowsOf('wide', { format })
      expect(wide.status).toBe(200)
      if (format === 'json') expect([wide.json.columns.length, wide.json.rows[0][1599]]).toEqual([1600, false])
      const bare = await rowsOf('no_columns', { format })
      expect([200, 422], bare.text).toContain(bare.status)
    },
  )
})

describe('SQL that does more than read', () => {
  it.each([
    ['writes', 'delete from numbers'],
    ['writes within', 'with gone as (delete from numbers returning *) select * from gone'],
    ['writes by a function', `select lo_create(0)`],
    ['ends the transaction', 'commit'],
    ['ends the transaction and writes', 'commit; delete from numbers'],
    ['rolls it back', 'rollback'],
    ['holds two statements', 'select 1; select 2'],
    ['changes its settings', 'set transaction read write'],
    ['takes part of a COPY', `copy numbers to program 'true'`],
    ['is none', 'selec 1'],
    ['lacks its parameters', 'select $1::int'],
  ])('%s', async (_what, sql) => {
    const { json, status } = await query(sql)
    expect([400, 502], JSON.stringify(json)).toContain(status)
    expect(['invalid-request', 'source-refused']).toContain(json.code)
    expect((await rowsOf('numbers')).json.rows).toHaveLength(10)
  })

  it('never ends: it ends with who asked', async () => {
    for (const sql of ['select pg_sleep(3600)', 'select count(*) from large a, large b, large c']) {
      const gone = new AbortController()
      const asked = send('POST', '/v1/sources/lab/query', { body: { sql }, signal: gone.signal })
      while ((await atServer()).every(({ state }) => state !== 'active')) await sleep(20)
      gone.abort()
      await expect(asked).rejects.toThrow()
      await nothingRuns()
    }
  })

  it('never ends while it sends: it ends with who reads', async () => {
    const gone = new AbortController()
    const response = await send('POST', '/v1/sources/lab/query?format=csv', {
      body: { sql: 'select a.pad from large a, large b' },
      signal: gone.signal,
    })
    await response.body!.getReader().read()
    gone.abort()
    await nothingRuns()
  })
})

describe('afterwards', () => {
  it('every refusal was a problem with a known code and a way on', () => {
    expect(refusals.length).toBeGreaterThan(80)
    for (const { asked, text } of refusals.filter(({ text }) => text !== '')) {
      const problem = JSON.parse(text)
      expect(Object.keys(faults), asked).toContain(problem.code)
      expect(problem.code, text).not.toBe('internal')
      expect(problem.detail, asked).toMatch(/\S/)
      expect(problem.detail + problem.errors.map(({ detail }: { detail: string }) => detail), text).not.toMatch(
        /undefined|NaN|Invalid input|\[object/,
      )
    }
  })

  it('nothing was leaked, in replies or in the log', () => {
    const said = headgate.said()
    const everything = [said.err, ...refusals.map(({ text }) => text)].join('\n')
    for (const secret of [pg.reader.password, pg.superuser.password, 'wrong-canary', here.token])
      expect(everything).not.toContain(secret)
    for (const { text } of refusals) expect(text).not.toMatch(/node_modules|\.ts:\d+|\/shared\//)
    expect(said.err).toContain('"code":"source-refused"')
    expect(said.err).not.toContain('"code":"internal"')
  })

  it('nothing was left running', nothingRuns)
})
