import { beforeAll, describe, expect, test } from 'vitest'
import type { Filter } from '../../../shared/domain/filter.ts'
import { describeTables } from '../../contract/database/tables.ts'
import { opening } from '../../contract/database/world.ts'
import { mysqlWorld } from '../../support/database-worlds.ts'
import { describeMariadb } from '../../support/mariadb.ts'
import { type OpenedMysql, open } from '../../support/open-mysql.ts'
import { showRows } from '../../support/rows.ts'

const names = [
  'a `quoted` name',
  'a "quoted" name',
  "it's",
  '__proto__',
  'constructor',
  'UPPER',
  ' lead',
  'é€',
  '%',
  '?',
  '$1',
  'x'.repeat(64),
  'select',
  'a.b',
  "'; DROP TABLE things; -- ",
  '\\',
  'tab\there',
].map((name) => name.trimEnd())

const quoted = (name: string) => `\`${name.replaceAll('`', '``')}\``

describeMariadb('MariaDB', (server) => {
  const world = mysqlWorld(server)
  const opened = opening(world)
  describeTables({
    ...world,
    make: () =>
      server.sql(`
      CREATE TABLE closed.t (n int);
      CREATE TABLE things (id int PRIMARY KEY, code varchar(5) NOT NULL UNIQUE, price numeric(8,2) COMMENT 'In euros', label text,
        at timestamp(6) NULL, d datetime, day date, m time, tags json, u uuid, flag tinyint(1), f double, r float,
        big bigint unsigned, raw varbinary(9), mood enum('so so', 'fine'), p point, UNIQUE prefix (label(3), id)) COMMENT 'What there is';
      SET time_zone = '+00:00';
      INSERT INTO things VALUES
        (1, 'abcde', 9.99, 'one', '2024-01-01 00:00:00.000001', '2024-01-01', '2024-01-01', '10:00:00', '{"a":1}', 'f47ac10b-58cc-4372-a567-0e02b2c3d479', 1, 0.1, 0.1, 18446744073709551615, x'00ff', 'so so', POINT(1, 2)),
        (2, 'b', 10, 'two_%', '2024-06-01', '2024-06-01', '2024-06-01', '-1:00:00', 'null', NULL, 0, 2, 2, 9223372036854775808, '', 'fine', NULL),
        (3, 'c', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
        (4, 'd', -1.5, 'it\\'s "4"\\\\', '1999-01-01', '1999-01-01', '1999-01-01', '100:00:00', '[]', NULL, 1, 1e300, 3, 1, 'a', 'fine', NULL),
        (5, 'é', 0, 'TWO', '2030-01-01', '2030-01-01', '2030-01-01', '0', '{}', NULL, 7, -0e0, -0e0, 0, 'A', 'so so', NULL);
      CREATE VIEW seen AS SELECT * FROM things; CREATE SEQUENCE counted;
      CREATE TABLE parts (n int) PARTITION BY HASH (n) PARTITIONS 3; INSERT INTO parts SELECT seq FROM seq_1_to_1000;
      CREATE TABLE old (n int) ENGINE=MyISAM; INSERT INTO old VALUES (1);
      CREATE TABLE extra.things (n int); CREATE TABLE extra.\`dotted.name\` (n int);
      CREATE TABLE closed.half (open int, hidden int); INSERT INTO closed.half VALUES (1, 2), (3, 4); GRANT SELECT (open) ON closed.half TO reader@'%';
      CREATE TABLE closed.written (n int); GRANT INSERT ON closed.written TO reader@'%';
      ${names.map((name) => `CREATE TABLE extra.${quoted(name)} (${quoted(name)} int, other int); INSERT INTO extra.${quoted(name)} VALUES (1, 2);`).join('\n')}
      ANALYZE TABLE things, parts, old`),
    names,
    home: 'warehouse',
    unseen: ['closed.t', 'closed.written', 'user', 'mysql.user', 'Things', '', '.', 'no such', 'a\0b'],
    half: 'closed.half',
    natives: ['int(11)', 'varchar(5)', 'decimal(8,2)'],
    uniqueKeys: [['code']],
    filters: [
      [['tags', 'eq', '{"a":1}'], [1]],
      [['label', 'eq', "' OR 1 = 1 -- "], []],
      [
        ['label', 'ne', "'; DROP TABLE things; -- "],
        [1, 2, 4, 5],
      ],
      [['id', 'eq', 2.5], []],
      [
        ['id', 'gt', '2.5e0'],
        [3, 4, 5],
      ],
      [['big', 'eq', '18446744073709551615'], [1]],
      [['big', 'eq', '9223372036854775807'], []],
      [
        ['big', 'gt', -1],
        [1, 2, 4, 5],
      ],
      [
        ['big', 'in', ['9223372036854775808', 1]],
        [2, 4],
      ],
      [['at', 'eq', '2024-01-01 05:45:00.000001+05:45'], [1]],
      [['at', 'eq', '2023-12-31T23:00:00.000001-01'], [1]],
      [['d', 'eq', '2024-06-01'], [2]],
      [
        ['day', 'ge', '2024-06-01'],
        [2, 5],
      ],
      [['day', 'eq', '2024-06-01T00:00:00'], [2]],
      [['m', 'lt', '00:00:00'], [2]],
      [['m', 'eq', '100:00:00'], [4]],
      [
        ['flag', 'eq', true],
        [1, 4],
      ],
      [['flag', 'eq', 7], [5]],
      [['f', 'eq', '1e300'], [4]],
      [['r', 'eq', 0.1], [1]],
      [['raw', 'eq', '\\x00ff'], [1]],
      [['raw', 'eq', '\\x61'], [4]],
      [
        ['mood', 'eq', 'fine'],
        [2, 4],
      ],
      [
        ['p', 'is-null'],
        [2, 3, 4, 5],
      ],
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
        [3, 4],
      ],
    ],
    refusedFilters: [
      [['id', 'eq', '1 OR 1'], '"id"'],
      [['id', 'eq', '12abc'], '"id"'],
      [['id', 'eq', ''], '"id"'],
      [['id', 'eq', '1e999'], '"id"'],
      [['price', 'eq', '0x10'], '"price"'],
      [['f', 'eq', 'NaN'], '"f"'],
      [['f', 'eq', 'Infinity'], '"f"'],
      [['at', 'gt', '2024-02-30'], '"at"'],
      [['d', 'gt', '2024-01-01T00:00:00Z'], '"d"'],
      [['day', 'eq', '2024-13-01'], '"day"'],
      [['m', 'eq', '25 hours'], '"m"'],
      [['raw', 'eq', 'plain'], '"raw"'],
      [['p', 'eq', 'x'], '"p"'],
    ],
    parting: [
      ['f', 'in', [0, '0.1']],
      ['mood', 'lt', 'so so'],
    ],
    async nobody() {
      await server.sql(`CREATE USER nobody_here@'%' IDENTIFIED BY 'nobody'`)
      return { user: 'nobody_here', password: 'nobody' }
    },
    anywhere: { database: undefined },
    place: '?',
  })

  let connection: OpenedMysql
  beforeAll(async () => {
    connection = await open(server)
    return () => connection.close()
  })

  test('P06 lists the databases of the server, page by page, and the tables of one', async () => {
    const first = await connection.tables.databases({ limit: 1 })
    const rest = await connection.tables.databases({ limit: 1000, after: first.next! })
    const found = [...first.items, ...rest.items]
    expect(found).toEqual([...new Set(found)].sort())
    expect(found).toEqual(expect.arrayContaining(['extra', 'warehouse']))
    expect(found).not.toContain('mysql')
    expect(rest.next).toBeNull()
    const { items } = await connection.tables.list({ database: 'extra', limit: 1000 })
    expect(items.length).toBeGreaterThan(0)
    expect(items.every(({ schema, table, name }) => schema === 'extra' && table === `extra.${name}`)).toBe(true)
    expect((await connection.tables.list({ database: 'extra', schema: 'warehouse', limit: 10 })).items).toEqual([])
    for (const database of ['nowhere', 'Extra'])
      await expect(connection.tables.list({ database, limit: 10 })).rejects.toMatchObject({ code: 'not-found' })
  })

  describe('tables', () => {
    test('are listed with their kind, comment, estimate and size', async () => {
      const { items } = await connection.tables.list({ limit: 100, schema: 'warehouse' })
      expect(items.map(({ table, kind }) => [table, kind])).toEqual([
        ['old', 'table'],
        ['parts', 'partitioned'],
        ['seen', 'view'],
        ['things', 'table'],
      ])
      const by = Object.fromEntries(items.map((item) => [item.table, item]))
      expect(by.things).toMatchObject({ schema: 'warehouse', name: 'things', comment: 'What there is', estimate: 5 })
      expect(by.things!.bytes).toBeGreaterThanOrEqual(16_384)
      expect(by.old).toMatchObject({ estimate: 1, comment: null })
      expect(by.parts!.estimate).toBeGreaterThan(500)
      expect(by.seen).toMatchObject({ estimate: null, bytes: null, comment: null })
    })

    test('are found by a database that the login sees, in its own case', async () => {
      const found = async (page: object) =>
        (await connection.tables.list({ limit: 100, ...page })).items.map(({ table }) => table)
      expect(await found({ schema: 'closed' })).toEqual(['closed.half'])
      expect(await found({ search: 'global_priv' })).toEqual([])
      expect(await found({ schema: 'EXTRA' })).toEqual([])
    })

    test('are all named with their database where the connector names none', async () => {
      const bare = await open({ ...server, database: undefined as never })
      const { items } = await bare.tables.list({ limit: 100, search: 'thing' })
      expect(items.map(({ table }) => table)).toContain('warehouse.things')
      expect((await bare.tables.describe('warehouse.things')).table).toBe('warehouse.things')
      await expect(bare.tables.describe('things')).rejects.toMatchObject({
        code: 'not-found',
        hint: expect.stringContaining('extra.things'),
      })
      await bare.close()
    })

    test('are listed page by page past those that may not be read', async () => {
      const found: string[] = []
      let after: string | undefined
      do {
        const page = await connection.tables.list({ limit: 1, ...(after === undefined ? {} : { after }) })
        found.push(...page.items.map(({ table }) => table))
        after = page.next ?? undefined
      } while (after !== undefined)
      expect(found).toEqual((await connection.tables.list({ limit: 100 })).items.map(({ table }) => table))
      expect(found).not.toContain('closed.written')
    })

    test('of many columns are read', async () => {
      const columns = Array.from({ length: 1000 }, (_, i) => `c${i} int DEFAULT ${i}`)
      await server.sql(`CREATE TABLE wide (${columns.join(', ')}) ENGINE=MyISAM; INSERT INTO wide () VALUES (), ()`)
      const [row] = await showRows(await connection.tables.read('wide', { limit: 1 }))
      expect(row).toEqual(columns.map((_, i) => String(i)))
      await server.sql('DROP TABLE wide')
    })

    test('by a filter larger than the server takes are told', async () => {
      const where: Filter = ['label', 'eq', 'x'.repeat(17_000_000)]
      await expect(connection.tables.read('things', { where }).then(showRows)).rejects.toMatchObject({
        code: expect.stringMatching(/^(too-large|source-unreachable)$/),
      })
    })

    test('are not ordered by what cannot be compared', async () => {
      const order = [{ column: 'p', descending: false }]
      await expect(connection.tables.read('things', { order })).rejects.toMatchObject({ code: 'invalid-request' })
    })
  })

  describe('a check', () => {
    const checkOf = async (login: (typeof server)['reader']) => await (await opened(server, login)).check()
    const warningsOf = async (login: (typeof server)['reader']) => (await checkOf(login)).warnings.join('\n')

    test('warns of a login that could do more than read', async () => {
      expect(await warningsOf(server.superuser)).toMatch(/may do anything[\s\S]*GRANT OPTION/)
      expect(await warningsOf(server.writer)).toMatch(/may write to `warehouse`\.\*/)
      await server.sql(`CREATE USER pure@'%' IDENTIFIED BY 'pure'; GRANT SELECT ON warehouse.* TO pure@'%'`)
      expect(await warningsOf({ user: 'pure', password: 'pure' })).toBe('')
      await server.sql(`CREATE USER mighty@'%' IDENTIFIED BY 'mighty'; GRANT FILE, SUPER, RELOAD, REPLICATION SLAVE ON *.* TO mighty@'%';
        GRANT SELECT ON warehouse.* TO mighty@'%'; CREATE ROLE filers; GRANT INSERT ON extra.* TO filers`)
      const mighty = await warningsOf({ user: 'mighty', password: 'mighty' })
      expect(mighty).toContain('FILE')
      expect(mighty).toContain('RELOAD, REPLICATION SLAVE, SUPER')
      expect(mighty).not.toContain('IDENTIFIED')
    })

    test('tells who answered, and reads a row', async () => {
      const { stages } = await checkOf(server.reader)
      expect(stages.map(({ name, ok }) => [name, ok])).toEqual(
        ['resolve', 'connect', 'tls', 'login', 'permission', 'sample'].map((name) => [name, true]),
      )
      expect(stages[3]!.detail).toContain('MariaDB')
      expect(stages[5]!.detail).toContain('warehouse.')
    })
  })

  describe('a selection', () => {
    test('is of one moment where InnoDB keeps it, and says where not', async () => {
      const consistencyOf = async (selection: Parameters<OpenedMysql['extract']>[0]) => {
        const extract = await connection.extract(selection)
        await showRows(extract)
        return extract.consistency
      }
      expect(await consistencyOf({ table: 'parts' })).toBe('snapshot')
      expect(await consistencyOf({ table: 'old' })).toBe('none')
      // A view or a query may read any table, and one of them is not of one moment.
      expect(await consistencyOf({ table: 'seen', columns: ['id'] })).toBe('none')
      expect(await consistencyOf({ sql: 'SELECT 1' })).toBe('none')
      await server.sql('ALTER TABLE old ENGINE=InnoDB')
      expect(await consistencyOf({ table: 'seen', columns: ['id'] })).toBe('snapshot')
      expect(await consistencyOf({ sql: 'SELECT 1' })).toBe('snapshot')
    })

    test('holds none of what was changed while it was read (R6)', async () => {
      await server.sql(`CREATE TABLE accounts (id int PRIMARY KEY, amount int, filler char(200) DEFAULT '');
        INSERT INTO accounts (id, amount) SELECT seq, 100 FROM seq_1_to_40000`)
      for (let run = 0; run < 10; run++) {
        const { batches } = await connection.extract({ table: 'accounts', columns: ['id', 'amount'] })
        let sum = 0
        for await (const batch of batches) {
          const [, amounts] = batch.columns
          if (amounts?.layout !== 'fixed') throw new Error('Amounts are numbers.')
          for (let row = 0; row < batch.rows; row++) sum += Number(amounts.values[row])
          await server.sql(`START TRANSACTION; UPDATE accounts SET amount = amount - 50 WHERE id = 39999;
            UPDATE accounts SET amount = amount + 50 WHERE id = 1; COMMIT`)
        }
        expect(sum).toBe(4_000_000)
      }
    })
  })
})
