import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Filter } from '../../../shared/domain/filter.ts'
import { describePages, readPages } from '../../contract/database/pages.ts'
import { postgresWorld } from '../../support/database-worlds.ts'
import { type OpenedPostgres, open } from '../../support/open-postgres.ts'
import { testPostgres } from '../../support/postgres.ts'
import { randomOf } from '../../support/random.ts'
import { showRows } from '../../support/rows.ts'

const server = await testPostgres()
const allRows = 230

describePages(
  postgresWorld(server),
  async () => {
    const random = randomOf(7)
    const rows = Array.from({ length: allRows }, () => {
      const value = (literal: string) => (random.next() < 0.25 ? 'NULL' : literal)
      return [
        value(String(random.below(4))),
        value(random.pick(["'a'", "'A'", "'ä'", "'''\"\\'", "''", "'😀'", "' b '"])),
        value(random.pick(["'NaN'", "'Infinity'", "'-0'", '0', '0.1', '5e-324', '1e300'])),
        value(random.pick(["'2024-02-29 12:34:56.123456+02'", "'0044-03-15 BC'", "'10000-01-01'", "'1970-01-01'"])),
        value(random.pick(["'\\x'", "'\\x00'", "'\\xff00'"])),
      ].join(', ')
    })
    const columns = 'n int, t text, f float8, d timestamptz, b bytea'
    const keyed = rows.map((row, i) => `(${i}, 'k${i % 7}', ${row})`).join(', ')
    await server.sql(`
      CREATE TABLE keyed (id int, k text, ${columns}, PRIMARY KEY (k, id)); INSERT INTO keyed VALUES ${keyed};
      CREATE TABLE unique_keyed (id int NOT NULL UNIQUE, k text UNIQUE, ${columns}); INSERT INTO unique_keyed (id, n, t, f, d, b) SELECT id, n, t, f, d, b FROM keyed;
      CREATE TABLE heap AS SELECT n, t, f, d, b FROM keyed; INSERT INTO heap SELECT * FROM heap LIMIT 20;
      CREATE TABLE partitioned (LIKE heap) PARTITION BY LIST (n);
      CREATE TABLE partitioned_1 PARTITION OF partitioned FOR VALUES IN (0, 1);
      CREATE TABLE partitioned_2 PARTITION OF partitioned DEFAULT;
      INSERT INTO partitioned SELECT * FROM heap;
      CREATE TABLE inherited (id int PRIMARY KEY, ${columns}); INSERT INTO inherited SELECT id, n, t, f, d, b FROM keyed LIMIT 100;
      CREATE TABLE heir () INHERITS (inherited); INSERT INTO heir SELECT id, n, t, f, d, b FROM keyed LIMIT 100;
      CREATE MATERIALIZED VIEW matview AS SELECT * FROM heap;
      CREATE VIEW aview AS SELECT * FROM heap;
      CREATE VIEW double AS SELECT n % 2 AS n, t, NULL::float8 AS f, NULL::timestamptz AS d, NULL::bytea AS b FROM keyed;
      ANALYZE;
    `)
  },
  {
    tables: ['keyed', 'unique_keyed', 'heap', 'partitioned', 'inherited', 'matview', 'aview', 'double'],
    orderable: ['n', 't', 'f', 'd', 'b'],
    rows: allRows,
    rounds: 6,
    limits: [3, 40, 400],
    orderedLimit: 17,
    columnSql: (name) => `t."${name}"`,
  },
)

describe('pages of a PostgreSQL table', () => {
  let connection: OpenedPostgres
  beforeAll(async () => {
    connection = await open(server)
  })
  afterAll(() => connection.close())

  test('begin just after the last row of the one before', async () => {
    await server.sql(
      `CREATE TABLE large AS SELECT n AS id FROM generate_series(1, 50000) n; ALTER TABLE large ADD PRIMARY KEY (id); ANALYZE large`,
    )
    const page = await connection.tables.read('large', { limit: 3, after: JSON.stringify([['t."id"'], ['49990'], 0]) })
    expect(await showRows(page)).toEqual([['49991'], ['49992'], ['49993']])
  })

  test.each([
    ['by its key', 'id int PRIMARY KEY', []],
    ['by place', 'id int', []],
    ['in another order', 'id int PRIMARY KEY', [{ column: 'v', descending: true }]],
  ])('%s lose and repeat no row while others insert and delete beside it', async (_, id, order) => {
    await server.sql(`
      DROP TABLE IF EXISTS moving;
      CREATE TABLE moving (${id}, v int);
      INSERT INTO moving SELECT 10 * n, n % 5 FROM generate_series(1, 300) n;
    `)
    const seen: number[] = []
    let after: string | undefined
    for (let page = 0; page === 0 || after !== undefined; page++) {
      const window = await connection.tables.read('moving', { select: ['id'], order, limit: 7, after })
      seen.push(...(await showRows(window)).map(([id]) => Number(id)))
      after = window.next() ?? undefined
      if (page < 60)
        await server.sql(`
          DELETE FROM moving WHERE id % 10 <> 0 AND id % 3 = ${page % 3};
          INSERT INTO moving SELECT 10 * (1 + n * 5 + ${page} % 5) + 1 + ${page} % 9, n % 5 FROM generate_series(1, 40) n
          ON CONFLICT DO NOTHING;
        `)
    }
    expect(seen.filter((id) => id % 10 === 0).sort((a, b) => a - b)).toEqual(
      Array.from({ length: 300 }, (_, i) => 10 * (i + 1)),
    )
    if (id !== 'id int') expect(new Set(seen).size).toBe(seen.length)
  })

  test('by place go on where one stretch of a large table ends and the next begins', async () => {
    await server.sql(
      `CREATE TABLE dense AS SELECT n, repeat('x', 700) AS v FROM generate_series(1, 20000) n; ANALYZE dense`,
    )
    const odd = Array.from({ length: 10_000 }, (_, i) => 2 * i + 1)
    for (const limit of [999, 3333, 9_999]) {
      const rows = await readPages(connection, 'dense', { limit, select: ['n'], where: ['n', 'in', odd] }, 1)
      expect(rows.map(([n]) => Number(n))).toEqual(odd)
    }
  })

  test('by place go through a large table in stretches, gaps and all', async () => {
    await server.sql(`CREATE TABLE sparse AS SELECT n, repeat('x', 700) AS v FROM generate_series(1, 30000) n;
      DELETE FROM sparse WHERE n BETWEEN 200 AND 9000 OR n > 29000; UPDATE sparse SET v = '' WHERE n % 500 = 0`)
    for (const [where, every] of [
      [undefined, 'true'],
      [['n', 'in', [1, 150, 9001, 20000, 28999, 29500]], 'n IN (1, 150, 9001, 20000, 28999)'],
      [['n', 'eq', -1], 'false'],
    ] as [Filter | undefined, string][]) {
      const [{ n: expected } = { n: 0 }] = await server.sql(`SELECT count(*)::int AS n FROM sparse WHERE ${every}`)
      const rows = await readPages(connection, 'sparse', { where, limit: where ? 2 : 3000, select: ['n'] }, 1)
      expect(new Set(rows.map((row) => JSON.stringify(row))).size).toBe(rows.length)
      expect(rows.length).toBe(expected)
    }
  })
})
