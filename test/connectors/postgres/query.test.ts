import { describe, expect, test } from 'vitest'
import { typeName } from '../../../shared/domain/batch.ts'
import { describeQueries } from '../../contract/database/queries.ts'
import { opening } from '../../contract/database/world.ts'
import { postgresWorld } from '../../support/database-worlds.ts'
import { testPostgres } from '../../support/postgres.ts'
import { showRows } from '../../support/rows.ts'

const server = await testPostgres()
const world = postgresWorld(server)
const marker = '/tmp/headgate-must-not-appear'

/** Statements that would write, end the transaction, hold two statements, or reach outside of the database. */
const hostile: readonly string[] = [
  'INSERT INTO victim VALUES (9)',
  'UPDATE victim SET n = 9',
  'DELETE FROM victim',
  'TRUNCATE victim',
  'DROP TABLE victim',
  'ALTER TABLE victim ADD COLUMN x int',
  'CREATE TABLE made (n int)',
  'CREATE TABLE made AS SELECT 1',
  'SELECT 1 AS n INTO made',
  'CREATE TEMP TABLE made (n int)',
  'INSERT INTO victim VALUES (9) RETURNING n',
  'WITH w AS (INSERT INTO victim VALUES (9) RETURNING n) SELECT n FROM w',
  'WITH w AS (DELETE FROM victim RETURNING n) SELECT n FROM w',
  'WITH w AS (UPDATE victim SET n = 9 RETURNING n) TABLE w',
  'MERGE INTO victim USING (SELECT 1) s ON true WHEN MATCHED THEN DELETE',
  'COMMIT',
  'ROLLBACK',
  'END',
  'ABORT',
  'BEGIN',
  'SET TRANSACTION READ WRITE',
  'SET SESSION CHARACTERISTICS AS TRANSACTION READ WRITE',
  'SET transaction_read_only = off',
  'RESET ALL',
  'DISCARD ALL',
  'SAVEPOINT s',
  "PREPARE TRANSACTION 'x'",
  'SELECT 1; DELETE FROM victim',
  'SELECT 1;; DELETE FROM victim;',
  'COMMIT; DELETE FROM victim',
  'COMMIT; DELETE FROM victim; BEGIN',
  'ROLLBACK; DROP TABLE victim',
  'SET TRANSACTION READ WRITE; DELETE FROM victim',
  "SELECT set_config('transaction_read_only', 'off', false)",
  "SELECT set_config('transaction_read_only', 'off', false), (SELECT bump())",
  'SELECT bump()',
  'SELECT * FROM bump()',
  'SELECT n FROM victim WHERE bump() > 0',
  "SELECT query_to_xml('DELETE FROM victim', true, true, '')",
  "SELECT query_to_xml('COMMIT', true, true, '')",
  "SELECT nextval('counter')",
  "SELECT setval('counter', 99)",
  'SELECT n FROM victim FOR UPDATE',
  'SELECT n FROM victim FOR SHARE',
  `COPY victim TO '${marker}'`,
  `COPY victim FROM '/etc/passwd'`,
  `COPY (SELECT 1) TO PROGRAM 'touch ${marker}'`,
  'COPY victim TO STDOUT',
  'COPY victim FROM STDIN',
  'DO $$ BEGIN DELETE FROM victim; END $$',
  'CALL wipe()',
  'LOCK TABLE victim',
  'LISTEN channel',
  "NOTIFY channel, 'x'",
  'VACUUM victim',
  'ANALYZE victim',
  'CLUSTER victim',
  'REINDEX TABLE victim',
  'REFRESH MATERIALIZED VIEW seen',
  'CREATE ROLE made',
  'GRANT ALL ON victim TO PUBLIC',
  'ALTER SYSTEM SET work_mem = 1',
  'CREATE EXTENSION citext',
  'EXPLAIN ANALYZE DELETE FROM victim',
  'EXECUTE planned',
  'DECLARE c CURSOR FOR SELECT 1',
  'FETCH ALL FROM headgate',
  'CLOSE ALL',
  'SHOW ALL',
  "LOAD 'auto_explain'",
  'SELECT lo_create(4711)',
  "SELECT lo_from_bytea(4712, 'x')",
  "SELECT pg_logical_emit_message(false, 'a', 'b')",
  // Text that would leave the parentheses it is put in, were it not parsed alone first.
  '1) q(c0); DELETE FROM victim; --',
  'SELECT 1) q(c0); DELETE FROM victim; SELECT * FROM (SELECT 1',
  'SELECT 1) UNION SELECT n FROM (DELETE FROM victim RETURNING n',
  'SELECT 1) q(c0), LATERAL (SELECT bump()',
  'SELECT 1 /*',
  "SELECT '",
  'SELECT "',
  'SELECT $$',
  'SELECT 1 --\n) q(c0); DELETE FROM victim; --',
  '/* SELECT 1 */ DELETE FROM victim',
  '-- SELECT 1\nDELETE FROM victim',
  'SELECT 1 \u0000; DELETE FROM victim',
  '(DELETE FROM victim RETURNING n)',
  'victim',
  'victim CROSS JOIN victim v',
  '',
  ';',
]

describeQueries({
  ...world,
  make: () =>
    server.sql(`
      CREATE TABLE victim (n int PRIMARY KEY); INSERT INTO victim VALUES (1), (2), (3);
      CREATE SEQUENCE counter; GRANT ALL ON counter TO writer;
      CREATE MATERIALIZED VIEW seen AS SELECT * FROM victim;
      CREATE FUNCTION bump() RETURNS int LANGUAGE sql AS 'INSERT INTO victim VALUES (77) RETURNING n';
      CREATE PROCEDURE wipe() LANGUAGE sql AS 'DELETE FROM victim';
    `),
  hostile,
  // The server itself calls this one reading: it tells subscribers of its log, and changes nothing.
  harmless: ["SELECT pg_logical_emit_message(false, 'a', 'b')"],
  comment: ' -- $1',
  state: async () =>
    JSON.stringify(
      await server.sql(`
        SELECT (SELECT json_agg(n ORDER BY n) FROM victim) AS rows,
          (SELECT json_agg(relname ORDER BY relname) FROM pg_class WHERE relnamespace IN ('public'::regnamespace)
            OR relnamespace::regnamespace::text LIKE 'pg_temp%') AS relations,
          (SELECT count(*) FROM pg_attribute WHERE attrelid = 'victim'::regclass) AS columns,
          (SELECT last_value || is_called::text FROM counter) AS counter, (SELECT count(*) FROM pg_roles) AS roles,
          (SELECT json_agg(extname) FROM pg_extension) AS extensions, (SELECT relacl::text FROM pg_class WHERE relname = 'victim') AS grants,
          (SELECT count(*) FROM pg_largeobject_metadata) AS large, (SELECT count(*) FROM pg_prepared_xacts) AS prepared,
          (SELECT count(*) FROM pg_stat_file('${marker}', true) f WHERE f.size IS NOT NULL) AS files,
          (SELECT count(*) FROM pg_file_settings) AS settings`),
    ),
  harms: [
    {
      run: () => server.sql('BEGIN; DELETE FROM victim; COMMIT; INSERT INTO victim VALUES (1), (2), (3), (4)'),
      mend: () => server.sql('DELETE FROM victim WHERE n = 4'),
    },
  ],
  reading: [
    ['SELECT 1', [['1']]],
    ['SELECT 1;', [['1']]],
    [' ;SELECT 1 ; ;\n', null],
    ['SELECT 1 -- a comment', [['1']]],
    ['SELECT 1 -- a comment;', [['1']]],
    ['SELECT 1 /* ) q; */', [['1']]],
    ["SELECT ') q; --'", [[') q; --']]],
    ["SELECT E'\\'; DELETE FROM victim; --'", [["'; DELETE FROM victim; --"]]],
    ['SELECT $a$) q; --$a$', [[') q; --']]],
    ['(SELECT 1) UNION ALL (SELECT 2) ORDER BY 1 DESC', [['2'], ['1']]],
    [
      "VALUES (1, NULL), (2, 'b')",
      [
        ['1', null],
        ['2', 'b'],
      ],
    ],
    ['TABLE victim', [['1'], ['2'], ['3']]],
    ['WITH w AS (SELECT 5) SELECT * FROM w', [['5']]],
    [
      'WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r WHERE n < 3) SELECT n FROM r',
      [['1'], ['2'], ['3']],
    ],
    ['SELECT n FROM victim ORDER BY n DESC LIMIT 2 OFFSET 1', [['2'], ['1']]],
    ["SELECT E'a\\nb', U&'\\00e9'", [['a\nb', 'é']]],
    ['SELECT count(*) FROM pg_class WHERE false', [['0']]],
  ],
  quote: (name) => `"${name.replaceAll('"', '""')}"`,
  unnamed: '?column?',
})

describe('a statement that a user wrote, for PostgreSQL', () => {
  const opened = opening(world)

  test('carries the types of plain columns exactly', async () => {
    const connection = await opened(server)
    const rows = await connection.tables.query({
      sql: 'SELECT 1.50::numeric(6,2) a, 1.5 b, ARRAY[1] c, now() d, ROW(1, NULL) e, NULL f',
    })
    expect(rows.schema.map(({ type, native }) => [typeName(type), native])).toEqual([
      ['decimal(6,2)', 'numeric(6,2)'],
      ['utf8', 'numeric'],
      ['list<int32>', 'integer[]'],
      ['timestamptz', 'timestamp with time zone'],
      ['utf8', 'record'],
      ['utf8', 'text'],
    ])
    const [row] = await showRows(rows)
    expect(row!.slice(0, 3)).toEqual(['1.50', '1.5', ['1']])
    expect(row!.slice(4)).toEqual(['(1,)', null])
  })

  test('takes its values apart from its text', async () => {
    const connection = await opened(server)
    const parameters = ["'; DROP TABLE victim; --", 9007199254740991, true, null, 'é😀', '2024-02-29']
    const rows = await connection.tables.query({
      sql: 'SELECT $1::text, $2::int8, $3::bool, $4::int, $5::text, $6::date, $1 || $5',
      parameters,
    })
    expect(await showRows(rows)).toEqual([
      [parameters[0], '9007199254740991', 'true', null, 'é😀', '2024-02-29', "'; DROP TABLE victim; --é😀"],
    ])
    await expect(connection.tables.query({ sql: 'SELECT $1::int', parameters: ['x'] })).rejects.toMatchObject({
      code: 'invalid-request',
      detail: expect.stringContaining('invalid input syntax for type integer'),
    })
    await expect(connection.tables.query({ sql: 'SELECT $1::int, $2::int', parameters: [1] })).rejects.toMatchObject({
      code: 'invalid-request',
    })
  })

  test('is told where it is wrong, in the words of the server', async () => {
    const connection = await opened(server)
    await expect(connection.tables.query({ sql: 'SELECT 1,\n  nosuch FROM victim' })).rejects.toMatchObject({
      code: 'invalid-request',
      detail: 'The server says: column "nosuch" does not exist (line 2, character 3)',
    })
    await expect(
      connection.tables.query({ sql: 'SELECT n / (n - 3) FROM victim' }).then(showRows),
    ).rejects.toMatchObject({
      code: 'invalid-request',
      detail: expect.stringContaining('division by zero'),
    })
    await expect(connection.tables.query({ sql: 'SELECT FROM victim' })).rejects.toMatchObject({ code: 'not-offered' })
    await server.sql('CREATE TABLE hidden (n int); REVOKE ALL ON hidden FROM reader')
    await expect(connection.tables.query({ sql: 'TABLE hidden' })).rejects.toMatchObject({ code: 'source-refused' })
  })

  test('stops at its limit', async () => {
    const connection = await opened(server)
    const rows = await connection.tables.query({
      sql: 'WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r) SELECT n FROM r',
      limit: 3,
    })
    expect(await showRows(rows)).toEqual([['1'], ['2'], ['3']])
  })

  test('sees nothing of the one before it', async () => {
    const connection = await opened(server)
    await showRows(await connection.tables.query({ sql: "SELECT set_config('search_path', 'nowhere', false)" }))
    expect(await showRows(await connection.tables.query({ sql: 'SELECT n FROM victim ORDER BY n LIMIT 1' }))).toEqual([
      ['1'],
    ])
  })

  test('that never ends is ended, even after it has lifted the limit at the server', async () => {
    const connection = await opened(server, server.reader, { bounds: { cellBytes: 1 << 20, queryTimeoutMs: 700 } })
    for (const sql of [
      'SELECT pg_sleep(600)',
      "SELECT set_config('statement_timeout', '0', false), pg_sleep(600)",
      'SELECT count(*) FROM generate_series(1, 1000000000000)',
    ])
      await expect(connection.tables.query({ sql }).then(showRows)).rejects.toMatchObject({ code: 'source-timeout' })
    for (let tries = 0; tries < 100 && (await world.sessions()) > 0; tries++)
      await new Promise((go) => setTimeout(go, 20))
    expect(await world.sessions()).toBe(0)
  })
})
