import { rm } from 'node:fs/promises'
import { describe, expect, test } from 'vitest'
import { typeName } from '../../../shared/domain/batch.ts'
import { describeQueries } from '../../contract/database/queries.ts'
import { opening } from '../../contract/database/world.ts'
import { mysqlWorld } from '../../support/database-worlds.ts'
import { describeMariadb } from '../../support/mariadb.ts'
import { showRows } from '../../support/rows.ts'

/** Statements that would write, end the transaction, hold two statements, or reach outside of the database. */
const hostile = (marker: string): readonly string[] => [
  'INSERT INTO victim VALUES (9)',
  'REPLACE INTO victim VALUES (9)',
  'INSERT INTO victim VALUES (9) RETURNING n',
  'DELETE FROM victim RETURNING n',
  'UPDATE victim SET n = 9',
  'DELETE FROM victim',
  'TRUNCATE victim',
  'DROP TABLE victim',
  'ALTER TABLE victim ADD COLUMN x int',
  'RENAME TABLE victim TO made',
  'CREATE TABLE made (n int)',
  'CREATE TABLE made AS SELECT 1',
  'CREATE TEMPORARY TABLE made (n int)',
  'CREATE VIEW made AS SELECT 1',
  'CREATE DATABASE made',
  'CREATE INDEX i ON victim (n)',
  'CREATE SEQUENCE made',
  'CREATE FUNCTION made() RETURNS int RETURN 1',
  'CREATE USER made',
  'GRANT ALL ON *.* TO reader',
  "SET PASSWORD = PASSWORD('x')",
  'COMMIT',
  'ROLLBACK',
  'BEGIN',
  'START TRANSACTION READ WRITE',
  'SET TRANSACTION READ WRITE',
  'SET SESSION TRANSACTION READ WRITE',
  'SET autocommit = 1',
  'SET GLOBAL max_connections = 77',
  'SET @@global.max_connections = 77',
  'SET STATEMENT max_statement_time = 0 FOR SELECT 1',
  "SET sql_mode = 'ANSI_QUOTES'",
  'SAVEPOINT s',
  'XA START "x"',
  'SELECT 1; DELETE FROM victim',
  'SELECT 1;; DELETE FROM victim;',
  'COMMIT; DELETE FROM victim',
  'ROLLBACK; DROP TABLE victim',
  'SELECT bump()',
  'SELECT n FROM victim WHERE bump() > 0',
  'SELECT * FROM (SELECT bump()) x',
  'CALL wipe()',
  'DO bump()',
  'SELECT NEXTVAL(counter)',
  'SELECT NEXT VALUE FOR counter',
  'SELECT SETVAL(counter, 99)',
  `SELECT 1 INTO OUTFILE '${marker}'`,
  `SELECT 1 INTO DUMPFILE '${marker}'`,
  `SELECT * INTO OUTFILE '${marker}' FROM victim`,
  `SELECT n FROM victim LIMIT 1 INTO OUTFILE '${marker}'`,
  `SELECT 1 UNION SELECT 2 INTO OUTFILE '${marker}'`,
  `(SELECT 1) UNION (SELECT 2 INTO OUTFILE '${marker}')`,
  `(SELECT 1 INTO OUTFILE '${marker}')`,
  `SELECT 1 /*! INTO OUTFILE '${marker}' */`,
  `SELECT 1 /*!50000 INTO OUTFILE '${marker}' */`,
  `SELECT 1 /*M! INTO OUTFILE '${marker}' */`,
  `WITH w AS (SELECT 1) SELECT * FROM w INTO OUTFILE '${marker}'`,
  `VALUES (1) INTO OUTFILE '${marker}'`,
  'SELECT 1 INTO @x',
  'SELECT n FROM victim PROCEDURE ANALYSE()',
  `LOAD DATA INFILE '/etc/passwd' INTO TABLE victim`,
  `LOAD DATA LOCAL INFILE '/etc/passwd' INTO TABLE victim`,
  'WITH w AS (SELECT 1) DELETE FROM victim',
  'WITH w AS (DELETE FROM victim RETURNING n) SELECT * FROM w',
  'LOCK TABLES victim WRITE',
  'UNLOCK TABLES',
  'FLUSH TABLES',
  'FLUSH PRIVILEGES',
  'ANALYZE TABLE victim',
  'OPTIMIZE TABLE victim',
  'REPAIR TABLE victim',
  'CHECK TABLE victim',
  'ANALYZE SELECT * FROM victim',
  'EXPLAIN DELETE FROM victim',
  'ANALYZE DELETE FROM victim',
  'SHOW TABLES',
  'HANDLER victim OPEN',
  "PREPARE s FROM 'DELETE FROM victim'",
  "EXECUTE IMMEDIATE 'DELETE FROM victim'",
  'EXECUTE s',
  'KILL 1',
  'SHUTDOWN',
  'RESET MASTER',
  'PURGE BINARY LOGS BEFORE NOW()',
  "INSTALL SONAME 'ha_x'",
  'BEGIN NOT ATOMIC DELETE FROM victim; END',
  'IF 1 THEN DELETE FROM victim; END IF',
  'USE extra',
  // Text that would leave the parentheses it is put in, were it not prepared alone first.
  '1) SELECT 1; DELETE FROM victim; --',
  'SELECT 1) SELECT * FROM q; DELETE FROM victim; -- ',
  'SELECT 1) DELETE FROM victim; #',
  'SELECT 1) DELETE FROM victim #',
  'SELECT 1) q, (SELECT bump()',
  'SELECT 1 /*',
  'SELECT 1 /*!',
  "SELECT '",
  'SELECT "',
  'SELECT `',
  'SELECT 1 -- \n) DELETE FROM victim; -- ',
  '/* SELECT 1 */ DELETE FROM victim',
  '-- SELECT 1\nDELETE FROM victim',
  '# SELECT 1\nDELETE FROM victim',
  'SELECT 1 \u0000; DELETE FROM victim',
  '(DELETE FROM victim)',
  'victim',
  '',
  ';',
]

describeMariadb('MariaDB', (server) => {
  const world = mysqlWorld(server)
  const marker = `${server.folder}/must-not-appear`
  describeQueries({
    ...world,
    make: () =>
      server.sql(`
      CREATE TABLE victim (n int PRIMARY KEY); INSERT INTO victim VALUES (1), (2), (3);
      CREATE SEQUENCE counter;
      CREATE TABLE kept (n int) ENGINE=MyISAM;
      CREATE FUNCTION bump() RETURNS int MODIFIES SQL DATA BEGIN INSERT INTO victim VALUES (77); RETURN 1; END;
      CREATE PROCEDURE wipe() BEGIN DELETE FROM victim; SELECT 1; END;
      GRANT EXECUTE ON warehouse.* TO reader@'%';
    `),
    hostile: hostile(marker),
    harmless: [],
    comment: ' -- ',
    state: async () =>
      JSON.stringify(
        await server.sql(`
        SELECT (SELECT GROUP_CONCAT(n ORDER BY n) FROM warehouse.victim),
          (SELECT GROUP_CONCAT(TABLE_SCHEMA, '.', TABLE_NAME ORDER BY TABLE_SCHEMA, TABLE_NAME) FROM information_schema.TABLES
            WHERE TABLE_SCHEMA NOT IN ('information_schema', 'performance_schema', 'sys')),
          (SELECT COUNT(*) FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = 'warehouse'),
          (SELECT COUNT(*) FROM information_schema.STATISTICS WHERE TABLE_SCHEMA = 'warehouse'),
          (SELECT next_not_cached_value FROM warehouse.counter),
          (SELECT GROUP_CONCAT(User, Priv ORDER BY User) FROM mysql.global_priv), (SELECT COUNT(*) FROM mysql.db),
          (SELECT COUNT(*) FROM information_schema.ROUTINES), (SELECT COUNT(*) FROM information_schema.SCHEMATA),
          @@global.max_connections, LOAD_FILE('${marker}')`),
      ),
    harms: [
      {
        run: () => server.sql('INSERT INTO victim VALUES (4)'),
        mend: () => server.sql('DELETE FROM victim WHERE n = 4'),
      },
      { run: () => server.sql(`SELECT 1 INTO OUTFILE '${marker}'`), mend: () => rm(marker) },
    ],
    reading: [
      ['SELECT 1', [['1']]],
      ['SELECT 1;', [['1']]],
      ['SELECT 1 -- a comment', [['1']]],
      ['SELECT 1 # a comment;', [['1']]],
      ['SELECT 1 /* ) q; */', [['1']]],
      ["SELECT ') q; -- '", [[') q; -- ']]],
      ["SELECT '\\'; DELETE FROM victim; -- '", [["'; DELETE FROM victim; -- "]]],
      ['(SELECT 1) UNION ALL (SELECT 2) ORDER BY 1 DESC', [['2'], ['1']]],
      [
        "VALUES (1, NULL), (2, 'b')",
        [
          ['1', null],
          ['2', 'b'],
        ],
      ],
      ['WITH w AS (SELECT 5) SELECT * FROM w', [['5']]],
      [
        'WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r WHERE n < 3) SELECT n FROM r',
        [['1'], ['2'], ['3']],
      ],
      ['SELECT n FROM victim ORDER BY n DESC', [['3'], ['2'], ['1']]],
      ['SELECT n FROM victim ORDER BY n DESC LIMIT 2 OFFSET 1', [['2'], ['1']]],
      ['SELECT @@time_zone, @@tx_isolation, @@sql_mode', [['+00:00', 'REPEATABLE-READ', 'STRICT_TRANS_TABLES']]],
      ['SELECT count(*) FROM victim WHERE false', [['0']]],
      ['SELECT n FROM victim WHERE false', []],
    ],
    quote: (name) => `\`${name}\``,
    unnamed: '7',
  })

  describe('a statement that a user wrote, for MariaDB', () => {
    const opened = opening(world)

    test('carries the types of plain columns exactly', async () => {
      const connection = await opened(server)
      const rows = await connection.tables.query({
        sql: `SELECT CAST(1.5 AS DECIMAL(6,2)) a, 1.5e0 b, NOW() c, NULL d, 'x' e, x'00' f, CAST(18446744073709551615 AS UNSIGNED) g`,
      })
      expect(rows.schema.map(({ type, native }) => [typeName(type), native])).toEqual([
        ['decimal(6,2)', 'decimal(6,2)'],
        ['float64', 'double'],
        ['timestamp', 'datetime'],
        ['utf8', 'null'].map((word, i) => (i === 0 ? expect.stringMatching(/utf8|binary/) : word)),
        ['utf8', 'varchar(1)'],
        ['binary', 'varbinary(1)'],
        ['decimal(20,0)', 'bigint unsigned'],
      ])
      const [row] = await showRows(rows)
      expect([...row!.slice(0, 2), ...row!.slice(3)]).toEqual(['1.50', '1.5', null, 'x', '00', '18446744073709551615'])
    })

    test('takes parameters, each as what it is', async () => {
      const connection = await opened(server)
      const parameters = ['a\'b"\\', 9007199254740991, 1.25, true, null, '18446744073709551615', 1e300, 2 ** 63]
      const rows = await connection.tables.query({ sql: 'SELECT ?, ?, ?, ?, ?, ?, ?, ?', parameters })
      expect((await showRows(rows))[0]).toEqual([
      'a\'b"\\', '9007199254740991', '1.25', '1', null, '18446744073709551615', '1e+300', '9223372036854776000',
    ]) // biome-ignore format: one row
      const found = await connection.tables.query({
        sql: 'SELECT n FROM victim WHERE n > ? ORDER BY n',
        parameters: [1],
      })
      expect(await showRows(found)).toEqual([['2'], ['3']])
      await expect(connection.tables.query({ sql: 'SELECT ?' })).rejects.toMatchObject({ code: 'invalid-request' })
      await expect(connection.tables.query({ sql: 'SELECT 1', parameters: [1] })).rejects.toMatchObject({
        code: 'invalid-request',
      })
    })

    test.each([0, 1, 3, 1000])('gives no more than a limit of %d', async (limit) => {
      const connection = await opened(server)
      const sql = 'SELECT seq FROM seq_1_to_100000 ORDER BY seq DESC'
      const rows = await showRows(await connection.tables.query({ sql, limit }))
      expect(rows.length).toBe(limit)
      if (limit > 0) expect(rows[0]).toEqual(['100000'])
      // As many as there are.
      expect(await showRows(await connection.tables.query({ sql: 'SELECT n FROM victim', limit: 3 }))).toHaveLength(3)
    })

    test.each([
      ['SELEC 1', 'syntax'],
      ['SELECT nothing FROM victim', 'nothing'],
      ['SELECT * FROM nowhere', 'nowhere'],
      ['SELECT (SELECT n FROM victim)', 'more than 1 row'],
    ])('is told in the words of the server where it is wrong: %s', async (sql, said) => {
      const connection = await opened(server)
      await expect(connection.tables.query({ sql }).then(showRows)).rejects.toMatchObject({
        code: 'invalid-request',
        detail: expect.stringContaining(said),
      })
    })

    test('that reads what the login may not is refused', async () => {
      await server.sql('CREATE TABLE closed.t (n int)')
      const connection = await opened(server)
      await expect(connection.tables.query({ sql: 'SELECT * FROM closed.t' })).rejects.toMatchObject({
        code: 'source-refused',
      })
    })
  })
})
