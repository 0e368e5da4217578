import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { columnsOf, type Filter } from '../../../shared/domain/filter.ts'
import { type OpenedPostgres, open } from '../../support/open-postgres.ts'
import { testPostgres } from '../../support/postgres.ts'
import { showRows } from '../../support/rows.ts'

const server = await testPostgres()
let connection: OpenedPostgres

const names = [
  'a "quoted" name',
  "it's",
  '__proto__',
  'constructor',
  'UPPER',
  ' lead',
  'é😀',
  '%',
  '$1',
  'x'.repeat(63),
  'select',
  'a.b',
  "'; DROP TABLE things; --",
  '\\',
  'tab\there',
]

beforeAll(async () => {
  await server.sql(`
    CREATE SCHEMA extra; GRANT USAGE ON SCHEMA extra TO reader;
    CREATE SCHEMA closed; CREATE TABLE closed.t (n int);
    CREATE TABLE things (id int PRIMARY KEY, code varchar(5) NOT NULL UNIQUE, price numeric(8,2), label text, at timestamptz,
      pad char(4), mood text[], tags jsonb, u uuid, flag bool, f float8, UNIQUE (label, price));
    COMMENT ON TABLE things IS 'What there is'; COMMENT ON COLUMN things.price IS 'In euros';
    INSERT INTO things VALUES
      (1, 'abcde', 9.99, 'one', '2024-01-01 00:00:00.000001+00', 'a', '{x}', '{"a":1}', 'f47ac10b-58cc-4372-a567-0e02b2c3d479', true, 0.1),
      (2, 'b', 10, 'two_%', '2024-06-01', 'ab', '{}', 'null', NULL, false, 'NaN'),
      (3, 'c', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
      (4, 'd', -1.5, E'it''s "4"\\\\', '0044-03-15 BC', 'a', '{a,b}', '[]', NULL, true, 'Infinity'),
      (5, 'é', 0, 'TWO', '10000-01-01', '', '{NULL}', '{}', NULL, true, -0.0);
    CREATE VIEW seen AS SELECT * FROM things; CREATE MATERIALIZED VIEW kept AS SELECT * FROM things;
    CREATE TABLE parts (n int, at date) PARTITION BY RANGE (n);
    CREATE TABLE parts_1 PARTITION OF parts FOR VALUES FROM (0) TO (10);
    CREATE TABLE parts_2 PARTITION OF parts FOR VALUES FROM (10) TO (20) PARTITION BY RANGE (n);
    CREATE TABLE parts_2_1 PARTITION OF parts_2 FOR VALUES FROM (10) TO (20);
    INSERT INTO parts SELECT n % 20, '2024-01-01' FROM generate_series(1, 1000) n;
    CREATE TABLE secret (n int); REVOKE ALL ON secret FROM reader;
    CREATE TABLE half (open int, hidden int); REVOKE ALL ON half FROM reader; GRANT SELECT (open) ON half TO reader; INSERT INTO half VALUES (1, 2), (3, 4);
    CREATE TABLE extra.things (n int); GRANT SELECT ON extra.things TO reader;
    CREATE TABLE extra."dotted.name" (n int); GRANT SELECT ON extra."dotted.name" TO reader;
    ${names.map((name) => `CREATE TABLE extra."${name.replaceAll('"', '""')}" ("${name.replaceAll('"', '""')}" int, other int); INSERT INTO extra."${name.replaceAll('"', '""')}" VALUES (1, 2);`).join('\n')}
    GRANT SELECT ON ALL TABLES IN SCHEMA extra TO reader;
    CREATE EXTENSION postgres_fdw; CREATE SERVER there FOREIGN DATA WRAPPER postgres_fdw;
    CREATE FOREIGN TABLE far (n int) SERVER there;
    ANALYZE;`)
  connection = await open(server)
})
afterAll(() => connection.close())

test('P06 lists the databases of the server, page by page, and the tables of one', async () => {
  await server.sql('CREATE DATABASE "other db"')
  await server.sql('CREATE DATABASE shut')
  await server.sql('REVOKE CONNECT ON DATABASE shut FROM PUBLIC')
  const first = await connection.tables.databases({ limit: 1 })
  const rest = await connection.tables.databases({ limit: 1000, after: first.next! })
  const found = [...first.items, ...rest.items]
  expect(found).toEqual([...new Set(found)].sort())
  expect(found).toEqual(expect.arrayContaining([server.database, 'other db']))
  expect(found).not.toContain('shut')
  expect(rest.next).toBeNull()
  const { items } = await connection.tables.list({ database: server.database, schema: 'extra', limit: 1000 })
  expect(items.map(({ name }) => name)).toContain('things')
  expect((await connection.tables.list({ database: 'other db', limit: 10 })).items).toEqual([])
  await expect(connection.tables.list({ database: 'nowhere', limit: 10 })).rejects.toMatchObject({ code: 'not-found' })
  await expect(connection.tables.list({ database: 'shut', limit: 10 })).rejects.toMatchObject({
    code: 'source-refused',
  })
})

const rowsOf = async (where: Filter, select = ['id']) =>
  (
    await showRows(
      await connection.tables.read('things', { select, where, order: [{ column: 'id', descending: false }] }),
    )
  ).map(([id]) => Number(id))

describe('the tables of a database', () => {
  test('are listed with their kind, comment, estimate and size', async () => {
    const { items } = await connection.tables.list({ limit: 100, schema: 'public' })
    expect(items.map(({ table, kind }) => [table, kind])).toEqual([
      ['far', 'foreign'],
      ['half', 'table'],
      ['kept', 'materialized view'],
      ['parts', 'partitioned'],
      ['seen', 'view'],
      ['things', 'table'],
    ])
    const by = Object.fromEntries(items.map((item) => [item.table, item]))
    expect(by.things).toMatchObject({ schema: 'public', name: 'things', comment: 'What there is', estimate: 5 })
    expect(by.things!.bytes).toBeGreaterThan(8192)
    expect(by.parts).toMatchObject({ estimate: 1000 })
    expect(by.parts!.bytes).toBeGreaterThan(2 * 8192)
    expect(by.seen).toMatchObject({ estimate: null, bytes: null })
  })

  test('have no estimate before anybody counted', async () => {
    await server.sql('CREATE TABLE uncounted (n int)')
    const { items } = await connection.tables.list({ limit: 1, search: 'uncounted' })
    expect(items[0]).toMatchObject({ estimate: null, bytes: 0 })
    await server.sql('DROP TABLE uncounted')
  })

  test('are found by schema and by a part of the name, in any case', async () => {
    const found = async (page: object) =>
      (await connection.tables.list({ limit: 100, ...page })).items.map(({ table }) => table)
    expect(await found({ search: 'HINGS' })).toEqual(["extra.'; DROP TABLE things; --", 'extra.things', 'things'])
    expect(await found({ schema: 'extra', search: 'a.thing' })).toEqual(['extra.things'])
    expect(await found({ search: '%' })).toEqual(['extra.%'])
    expect(await found({ schema: 'nowhere' })).toEqual([])
    expect(await found({ search: 'secret' })).toEqual([])
    expect(await found({ search: 'pg_class' })).toEqual([])
  })

  test('are described with types, keys and comments', async () => {
    const described = await connection.tables.describe('things')
    expect(described).toMatchObject({ kind: 'table', primaryKey: ['id'] })
    expect(described.uniqueKeys.toSorted()).toEqual([['code'], ['label', 'price']])
    expect(described.columns.slice(0, 3)).toEqual([
      { name: 'id', type: { is: 'int32' }, nullable: false, native: 'integer' },
      { name: 'code', type: { is: 'utf8' }, nullable: false, native: 'character varying(5)' },
      { name: 'price', type: { is: 'decimal', precision: 8, scale: 2 }, nullable: true, native: 'numeric(8,2)' },
    ])
    expect(described.comments.slice(0, 3)).toEqual([null, null, 'In euros'])
  })

  test('are named in the default schema first, then with their schema, whatever the dots', async () => {
    expect((await connection.tables.describe('things')).schema).toBe('public')
    expect((await connection.tables.describe('public.things')).schema).toBe('public')
    expect((await connection.tables.describe('extra.things')).schema).toBe('extra')
    expect((await connection.tables.describe('extra.dotted.name')).name).toBe('dotted.name')
    for (const table of [
      'secret',
      'closed.t',
      'pg_class',
      'pg_catalog.pg_class',
      'Things',
      'things ',
      '',
      '.',
      'no such',
    ])
      await expect(connection.tables.describe(table), table).rejects.toMatchObject({ code: 'not-found' })
  })

  test.each(names)('of the name %j are read, and so are columns of it', async (name) => {
    const window = await connection.tables.read(`extra.${name}`, {
      select: [name, 'other', name],
      where: {
        and: [
          [name, 'eq', 1],
          ['other', 'in', [1, 2]],
        ],
      },
      order: [{ column: name, descending: true }],
      limit: 1,
    })
    expect(window.schema.map((field) => field.name)).toEqual([name, 'other', name])
    expect(await showRows(window)).toEqual([['1', '2', '1']])
  })

  test('are read as far as their columns are granted', async () => {
    expect((await connection.tables.describe('half')).columns.map(({ name }) => name)).toEqual(['open'])
    const page = await connection.tables.read('half', { limit: 1 })
    const first = await showRows(page)
    const rest = await showRows(await connection.tables.read('half', { limit: 5, after: page.next()! }))
    expect([...first, ...rest].flat().toSorted()).toEqual(['1', '3'])
    await expect(connection.tables.read('half', { select: ['hidden'] })).rejects.toMatchObject({
      code: 'invalid-request',
    })
  })
})

describe('a filter', () => {
  test.each<[Filter, number[]]>([
    [['id', 'eq', 2], [2]],
    [['id', 'eq', '2'], [2]],
    [
      ['id', 'ne', 2],
      [1, 3, 4, 5],
    ],
    [['price', 'lt', 0], [4]],
    [
      ['price', 'ge', '9.99'],
      [1, 2],
    ],
    [
      ['price', 'between', -1.5, 0],
      [4, 5],
    ],
    [['price', 'is-null'], [3]],
    [{ not: ['price', 'is-null'] }, [1, 2, 4, 5]],
    [['code', 'eq', 'abcde'], [1]],
    [['code', 'eq', 'abcdefgh'], []],
    [
      ['pad', 'eq', 'a'],
      [1, 4],
    ],
    [
      ['pad', 'in', ['a', 'ab']],
      [1, 2, 4],
    ],
    [['label', 'like', 'two%'], [2]],
    [
      ['label', 'ilike', 'TWO%'],
      [2, 5],
    ],
    [['label', 'like', 'two\\_\\%'], [2]],
    [['label', 'eq', 'it\'s "4"\\'], [4]],
    [
      ['label', 'in', ['it\'s "4"\\', 'NULL', 'one', '{}']],
      [1, 4],
    ],
    [
      ['at', 'gt', '2024-01-01T00:00:00Z'],
      [1, 2, 5],
    ],
    [['at', 'eq', '2024-01-01 00:00:00.000001+00'], [1]],
    [['at', 'lt', '0001-01-01'], [4]],
    [
      ['flag', 'eq', true],
      [1, 4, 5],
    ],
    [['flag', 'in', [false]], [2]],
    [['f', 'eq', 'NaN'], [2]],
    [['f', 'eq', 0], [5]],
    [['f', 'eq', 0.1], [1]],
    [['u', 'eq', 'F47AC10B-58CC-4372-A567-0E02B2C3D479'], [1]],
    [['mood', 'eq', '{a,b}'], [4]],
    [['tags', 'eq', '{"a": 1}'], [1]],
    [
      {
        and: [
          ['id', 'gt', 1],
          {
            or: [
              ['flag', 'eq', true],
              ['price', 'is-null'],
            ],
          },
        ],
      },
      [3, 4, 5],
    ],
    [
      ['id', 'in', Array.from({ length: 10_000 }, (_, i) => i + 3)],
      [3, 4, 5],
    ],
    [['label', 'eq', "' OR 1 = 1 --"], []],
    [
      ['label', 'ne', "'; DROP TABLE things; --"],
      [1, 2, 4, 5],
    ],
  ])('%j', async (where, ids) => {
    expect(await rowsOf(where)).toEqual(ids)
  })

  test.each<[Filter, string]>([
    [['id', 'eq', 'one'], '"id"'],
    [['id', 'eq', 1.5], '"id"'],
    [['id', 'eq', 99_999_999_999], '"id"'],
    [['at', 'gt', 'yesterday-ish'], '"at"'],
    [['u', 'in', ['not one']], '"u"'],
    [['flag', 'eq', 'perhaps'], '"flag"'],
    [['id', 'like', '1%'], '"id"'],
    [['tags', 'ilike', '1%'], '"tags"'],
    [['label', 'eq', 'a\0b'], '"label"'],
    [['label', 'eq', '\ud800'], '"label"'],
    [
      {
        and: [
          ['id', 'eq', 1],
          ['price', 'eq', 'x'],
        ],
      },
      '"price"',
    ],
  ])('%j is refused and names its column', async (where, named) => {
    await expect(connection.tables.read('things', { where })).rejects.toMatchObject({
      code: 'invalid-request',
      detail: expect.stringContaining(named),
    })
  })

  test('of two million characters is read', async () => {
    expect(await rowsOf(['label', 'in', ['one', 'x'.repeat(2_000_000)]])).toEqual([1])
  })

  test('and an order by what cannot be compared are refused', async () => {
    await server.sql('CREATE TABLE odd (j json, p point)')
    await expect(connection.tables.read('odd', { order: [{ column: 'j', descending: false }] })).rejects.toMatchObject({
      code: 'invalid-request',
    })
    await expect(connection.tables.read('odd', { where: ['j', 'eq', '1'] })).rejects.toMatchObject({
      code: 'invalid-request',
    })
  })

  test('parts the rows in three: it, its opposite, and neither', async () => {
    for (const where of [
      ['price', 'gt', 0],
      ['label', 'like', '%o%'],
      ['flag', 'eq', true],
      ['f', 'in', [0, 'NaN']],
    ] as Filter[]) {
      const yes = await rowsOf(where)
      const no = await rowsOf({ not: where })
      const column = columnsOf(where)[0]!
      const unknown = await rowsOf([column, 'is-null'])
      expect([...yes, ...no, ...unknown].toSorted()).toEqual([1, 2, 3, 4, 5])
    }
  })
})

describe('a check', () => {
  const warningsOf = async (login: (typeof server)['reader']) => {
    const opened = await open(server, login)
    return (await opened.check()).warnings.join('\n')
  }

  test('warns of a login that could do more than read', async () => {
    expect(await warningsOf(server.reader)).toBe('')
    expect(await warningsOf(server.superuser)).toContain('superuser')
    const writer = await warningsOf(server.writer)
    expect(writer).toMatch(/may write to \d+ tables/)
    expect(writer).toContain('may create objects in public')
    await server.sql(
      `CREATE ROLE mighty LOGIN CREATEROLE CREATEDB PASSWORD 'mighty'; GRANT pg_execute_server_program, pg_read_server_files TO mighty; GRANT reader TO mighty`,
    )
    const mighty = await warningsOf({ user: 'mighty', password: 'mighty' })
    expect(mighty).toContain('create roles, create databases')
    expect(mighty).toContain('pg_execute_server_program, pg_read_server_files')
  })

  test('warns where row security hides rows', async () => {
    await server.sql('CREATE TABLE guarded (n int); ALTER TABLE guarded ENABLE ROW LEVEL SECURITY')
    expect(await warningsOf(server.reader)).toContain('Row security hides rows of 1 table')
  })

  test('fails where the login may read nothing', async () => {
    await server.sql(`CREATE ROLE nobody_here LOGIN PASSWORD 'nobody'`)
    const opened = await open(server, { user: 'nobody_here', password: 'nobody' })
    expect((await opened.check()).stages.at(-1)).toMatchObject({
      name: 'permission',
      ok: false,
      hint: expect.stringContaining('GRANT'),
    })
  })
})

describe('a selection', () => {
  test('of a table, its columns and rows is extracted, and planned with an estimate', async () => {
    const selection = { table: 'things', columns: ['code'], where: ['id', 'le', 2] as Filter }
    expect(await connection.plan({ table: 'things' })).toEqual([{ id: '0', spec: null, estimate: 5 }])
    expect(await connection.plan(selection)).toEqual([{ id: '0', spec: null, estimate: null }])
    const extract = await connection.extract(selection)
    expect(extract.consistency).toBe('snapshot')
    expect((await showRows(extract)).flat().toSorted()).toEqual(['abcde', 'b'])
  })

  test('of a query is extracted', async () => {
    const extract = await connection.extract({ sql: 'SELECT id FROM things WHERE id > $1', parameters: [4] })
    expect(await showRows(extract)).toEqual([['5']])
  })
})
