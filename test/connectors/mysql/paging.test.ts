import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { describePages, readPages } from '../../contract/database/pages.ts'
import { mysqlWorld } from '../../support/database-worlds.ts'
import { describeMariadb } from '../../support/mariadb.ts'
import { type OpenedMysql, open } from '../../support/open-mysql.ts'
import { randomOf } from '../../support/random.ts'
import { type Shown, showRows } from '../../support/rows.ts'

const allRows = 230

/** Texts that the collation takes for equal are one: their order among each other is any. */
const folded = (row: readonly Shown[]) =>
  row.map((value) =>
    typeof value === 'string'
      ? value.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase().trimEnd().slice(0, 500)
      : value,
  )

describeMariadb('MariaDB', (server) => {
  describePages(
    mysqlWorld(server),
    async () => {
      const random = randomOf(7)
      const rows = Array.from({ length: allRows }, () => {
        const value = (literal: string) => (random.next() < 0.25 ? 'NULL' : literal)
        return [
          value(String(random.below(4))),
          value(random.pick(["'a'", "'A'", "'ä'", "'\\'\"\\\\'", "''", "'😀'", "' b '", "'a '"])),
          value(random.pick(['-1e300', '-0e0', '0', '0.1', '5e-324', '1e300'])),
          value(random.pick(['0.1', '0.10000001', '16777216', '16777217', '-1'])),
          value(random.pick(["'2024-02-29 12:34:56.123456'", "'0044-03-15'", "'9999-12-31'", "'1970-01-01'"])),
          value(random.pick(["''", "x'00'", "x'ff00'", "'a'", "'A'"])),
          value(random.pick(["'zebra'", "'ape'", "'Monkey'"])),
          value(random.pick(['0', '18446744073709551615', '9223372036854775808'])),
          value(random.pick(["REPEAT('x', 600)", "CONCAT(REPEAT('x', 600), 'y')", "'x'", "REPEAT('é', 3000)"])),
          value(random.pick(['1.10', '-1.05', '99999999999999999999.99'])),
          value(random.pick(["'-838:59:59.5'", "'00:00:01'", "'100:00:00'"])),
        ].join(', ')
      })
      const columns = `n int, t varchar(20), f double, r float, d datetime(6), b varbinary(9), e enum('zebra', 'ape', 'Monkey'),
      u bigint unsigned, l text, c decimal(30,2), m time(1)`
      const plain = 'n, t, f, r, d, b, e, u, l, c, m'
      const keyed = rows.map((row, i) => `(${i}, 'k${i % 7}', ${row})`).join(', ')
      await server.sql(`
      CREATE TABLE keyed (id int, k varchar(9), ${columns}, PRIMARY KEY (k, id)); INSERT INTO keyed VALUES ${keyed};
      CREATE TABLE unique_keyed (id bigint unsigned NOT NULL UNIQUE, k varchar(9) UNIQUE, ${columns}); INSERT INTO unique_keyed SELECT id, NULL, ${plain} FROM keyed;
      CREATE TABLE enum_keyed (k enum('zebra', 'ape'), id timestamp(6), ${columns}, PRIMARY KEY (k, id));
      INSERT INTO enum_keyed SELECT IF(id % 2, 'zebra', 'ape'), FROM_UNIXTIME(id + 1.000001), ${plain} FROM keyed;
      CREATE TABLE heap AS SELECT ${plain} FROM keyed; INSERT INTO heap SELECT * FROM heap LIMIT 20;
      CREATE TABLE myisam ENGINE=MyISAM AS SELECT * FROM heap;
      CREATE TABLE partitioned (${columns}) PARTITION BY HASH (n) PARTITIONS 3; INSERT INTO partitioned SELECT * FROM heap;
      CREATE VIEW aview AS SELECT * FROM heap;
      CREATE VIEW doubled AS SELECT n % 2 AS n, t, CAST(NULL AS DOUBLE) AS f, CAST(NULL AS FLOAT) AS r, CAST(NULL AS DATETIME) AS d,
        CAST('a' AS BINARY) AS b, 'x' AS e, 1 AS u, 'x' AS l, 1.0 AS c, CAST('1:2:3' AS TIME) AS m FROM keyed`)
    },
    {
      tables: ['keyed', 'unique_keyed', 'enum_keyed', 'heap', 'myisam', 'partitioned', 'aview', 'doubled'],
      orderable: ['n', 't', 'f', 'r', 'd', 'b', 'e', 'u', 'l', 'c', 'm'],
      rows: allRows,
      rounds: 8,
      limits: [30, 90, 400],
      orderedLimit: 57,
      columnSql: (name) => `t.\`${name}\``,
      ordered: folded,
    },
  )

  describe('pages of a MariaDB table', () => {
    let connection: OpenedMysql
    beforeAll(async () => {
      connection = await open(server)
    })
    afterAll(() => connection.close())

    test('find their way by an index, however far on', async () => {
      await server.sql(
        'CREATE TABLE deep (a int, b int, PRIMARY KEY (a, b)) SELECT seq DIV 10 AS a, seq % 10 AS b FROM seq_1_to_50000; ANALYZE TABLE deep',
      )
      const after = JSON.stringify([['t.`a`', 't.`b`'], ['4999', '8'], 0])
      const read = async () => {
        const [[before]] = (await server.sql(`SHOW GLOBAL STATUS LIKE 'Handler_read_next'`)) as [[string, string]]
        const rows = await showRows(await connection.tables.read('deep', { limit: 3, after }))
        expect(before).toBe('Handler_read_next')
        return rows
      }
      const count = async () => Number((await server.sql(`SHOW GLOBAL STATUS LIKE 'Handler_read_next'`))[0]![1])
      const before = await count()
      expect(await read()).toEqual([
        ['4999', '9'],
        ['5000', '0'],
      ])
      // Of fifty thousand.
      expect((await count()) - before).toBeLessThan(2000)
    })

    test('by a zero date go on after it', async () => {
      await server.sql(`SET sql_mode = ''; CREATE TABLE zeros (d date PRIMARY KEY, n int);
      INSERT INTO zeros VALUES ('0000-00-00', 1), ('2024-00-00', 2), ('2024-01-01', 3)`)
      expect(await readPages(connection, 'zeros', { limit: 1, select: ['n'] }, 1)).toEqual([['1'], ['2'], ['3']])
    })
  })
})
