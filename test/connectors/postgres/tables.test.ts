import { beforeAll, describe, expect, test } from 'vitest'
import { describeTables } from '../../contract/database/tables.ts'
import { type OpenedDatabase, opening } from '../../contract/database/world.ts'
import { postgresWorld } from '../../support/database-worlds.ts'
import { testPostgres } from '../../support/postgres.ts'

const server = await testPostgres()
const world = postgresWorld(server)
const opened = opening(world)

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

const quoted = (name: string) => `"${name.replaceAll('"', '""')}"`

describeTables({
  ...world,
  make: () =>
    server.sql(`
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
    ${names.map((name) => `CREATE TABLE extra.${quoted(name)} (${quoted(name)} int, other int); INSERT INTO extra.${quoted(name)} VALUES (1, 2);`).join('\n')}
    GRANT SELECT ON ALL TABLES IN SCHEMA extra TO reader;
    CREATE EXTENSION postgres_fdw; CREATE SERVER there FOREIGN DATA WRAPPER postgres_fdw;
    CREATE FOREIGN TABLE far (n int) SERVER there;
    ANALYZE;`),
  names,
  home: 'public',
  unseen: ['secret', 'closed.t', 'pg_class', 'pg_catalog.pg_class', 'Things', 'things ', '', '.', 'no such'],
  half: 'half',
  natives: ['integer', 'character varying(5)', 'numeric(8,2)'],
  uniqueKeys: [['code'], ['label', 'price']],
  filters: [
    [['tags', 'eq', '{"a": 1}'], [1]],
    [
      ['pad', 'eq', 'a'],
      [1, 4],
    ],
    [
      ['pad', 'in', ['a', 'ab']],
      [1, 2, 4],
    ],
    [['label', 'like', 'two%'], [2]],
    [['at', 'lt', '0001-01-01'], [4]],
    [
      ['flag', 'eq', true],
      [1, 4, 5],
    ],
    [['f', 'eq', 'NaN'], [2]],
    [['mood', 'eq', '{a,b}'], [4]],
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
  ],
  refusedFilters: [
    [['id', 'eq', 1.5], '"id"'],
    [['id', 'eq', 99_999_999_999], '"id"'],
    [['tags', 'ilike', '1%'], '"tags"'],
    [['label', 'eq', 'a\0b'], '"label"'],
  ],
  parting: [['f', 'in', [0, 'NaN']]],
  async nobody() {
    await server.sql(`CREATE ROLE nobody_here LOGIN PASSWORD 'nobody'`)
    return { user: 'nobody_here', password: 'nobody' }
  },
  anywhere: {},
  place: '$1',
})

describe('the tables of a PostgreSQL database', () => {
  let connection: OpenedDatabase
  beforeAll(async () => {
    connection = await opened(server)
  })

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
    await expect(connection.tables.list({ database: 'nowhere', limit: 10 })).rejects.toMatchObject({
      code: 'not-found',
    })
    await expect(connection.tables.list({ database: 'shut', limit: 10 })).rejects.toMatchObject({
      code: 'source-refused',
    })
  })

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

  test('are not found where the login may not see them', async () => {
    for (const search of ['secret', 'pg_class'])
      expect((await connection.tables.list({ limit: 100, search })).items).toEqual([])
  })

  test('are neither filtered nor ordered by what cannot be compared', async () => {
    await server.sql('CREATE TABLE odd (j json, p point)')
    await expect(connection.tables.read('odd', { order: [{ column: 'j', descending: false }] })).rejects.toMatchObject({
      code: 'invalid-request',
    })
    await expect(connection.tables.read('odd', { where: ['j', 'eq', '1'] })).rejects.toMatchObject({
      code: 'invalid-request',
    })
  })
})

describe('a check', () => {
  const warningsOf = async (login: (typeof server)['reader']) => {
    const check = await (await opened(server, login)).check()
    return check.warnings.join('\n')
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
})
