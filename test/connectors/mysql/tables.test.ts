import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { columnsOf, type Filter } from '../../../shared/domain/filter.ts'
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
  let connection: OpenedMysql

  beforeAll(async () => {
    await server.sql(`
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
      ANALYZE TABLE things, parts, old`)
    connection = await open(server)
  })
  afterAll(() => connection.close())

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

  const rowsOf = async (where: Filter) => {
    const order = [{ column: 'id', descending: false }]
    const rows = await showRows(await connection.tables.read('things', { select: ['id'], where, order }))
    return rows.map(([id]) => Number(id))
  }

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

    test('are found by database and by a part of the name, in any case', async () => {
      const found = async (page: object) =>
        (await connection.tables.list({ limit: 100, ...page })).items.map(({ table }) => table)
      expect(await found({ search: 'HINGS' })).toEqual(["extra.'; DROP TABLE things; --", 'extra.things', 'things'])
      expect(await found({ schema: 'extra', search: 'a.thing' })).toEqual(['extra.things'])
      expect(await found({ search: '%' })).toEqual(['extra.%'])
      expect(await found({ schema: 'nowhere' })).toEqual([])
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

    test('are described with types, keys and comments', async () => {
      const described = await connection.tables.describe('things')
      expect(described).toMatchObject({ kind: 'table', primaryKey: ['id'], uniqueKeys: [['code']] })
      expect(described.columns.slice(0, 3)).toEqual([
        { name: 'id', type: { is: 'int32' }, nullable: false, native: 'int(11)' },
        { name: 'code', type: { is: 'utf8' }, nullable: false, native: 'varchar(5)' },
        { name: 'price', type: { is: 'decimal', precision: 8, scale: 2 }, nullable: true, native: 'decimal(8,2)' },
      ])
      expect(described.comments.slice(0, 3)).toEqual([null, null, 'In euros'])
    })

    test('are named in the default database first, then with their database, whatever the dots', async () => {
      expect((await connection.tables.describe('things')).schema).toBe('warehouse')
      expect((await connection.tables.describe('warehouse.things')).schema).toBe('warehouse')
      expect((await connection.tables.describe('extra.things')).schema).toBe('extra')
      expect((await connection.tables.describe('extra.dotted.name')).name).toBe('dotted.name')
      for (const table of ['closed.t', 'closed.written', 'user', 'mysql.user', 'Things', '', '.', 'no such', 'a\0b'])
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
      expect((await connection.tables.describe('closed.half')).columns.map(({ name }) => name)).toEqual(['open'])
      const page = await connection.tables.read('closed.half', { limit: 1 })
      const first = await showRows(page)
      const rest = await showRows(await connection.tables.read('closed.half', { limit: 5, after: page.next()! }))
      expect([...first, ...rest].flat().toSorted()).toEqual(['1', '3'])
      await expect(connection.tables.read('closed.half', { select: ['hidden'] })).rejects.toMatchObject({
        code: 'invalid-request',
      })
    })

    test('of many columns are read', async () => {
      const columns = Array.from({ length: 1000 }, (_, i) => `c${i} int DEFAULT ${i}`)
      await server.sql(`CREATE TABLE wide (${columns.join(', ')}) ENGINE=MyISAM; INSERT INTO wide () VALUES (), ()`)
      const [row] = await showRows(await connection.tables.read('wide', { limit: 1 }))
      expect(row).toEqual(columns.map((_, i) => String(i)))
      await server.sql('DROP TABLE wide')
    })
  })

  describe('a filter', () => {
    test.each<[Filter, number[]]>([
      [['id', 'eq', 2], [2]],
      [['id', 'eq', '2'], [2]],
      [['id', 'eq', 2.5], []],
      [
        ['id', 'gt', '2.5e0'],
        [3, 4, 5],
      ],
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
      [['label', 'like', 'two\\_\\%'], [2]],
      [
        ['label', 'ilike', 'TWO%'],
        [2, 5],
      ],
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
      [['flag', 'in', [false]], [2]],
      [['f', 'eq', 0], [5]],
      [['f', 'eq', 0.1], [1]],
      [['f', 'eq', '1e300'], [4]],
      [['r', 'eq', 0.1], [1]],
      [['u', 'eq', 'F47AC10B-58CC-4372-A567-0E02B2C3D479'], [1]],
      [['raw', 'eq', '\\x00ff'], [1]],
      [['raw', 'eq', '\\x61'], [4]],
      [
        ['mood', 'eq', 'fine'],
        [2, 4],
      ],
      [['tags', 'eq', '{"a":1}'], [1]],
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
      [
        ['id', 'in', Array.from({ length: 10_000 }, (_, i) => i + 3)],
        [3, 4, 5],
      ],
      [['label', 'eq', "' OR 1 = 1 -- "], []],
      [
        ['label', 'ne', "'; DROP TABLE things; -- "],
        [1, 2, 4, 5],
      ],
    ])('%j', async (where, ids) => {
      expect(await rowsOf(where)).toEqual(ids)
    })

    test.each<[Filter, string]>([
      [['id', 'eq', 'one'], '"id"'],
      [['id', 'eq', '1 OR 1'], '"id"'],
      [['id', 'eq', '12abc'], '"id"'],
      [['id', 'eq', ''], '"id"'],
      [['id', 'eq', '1e999'], '"id"'],
      [['price', 'eq', '0x10'], '"price"'],
      [['f', 'eq', 'NaN'], '"f"'],
      [['f', 'eq', 'Infinity'], '"f"'],
      [['at', 'gt', 'yesterday-ish'], '"at"'],
      [['at', 'gt', '2024-02-30'], '"at"'],
      [['d', 'gt', '2024-01-01T00:00:00Z'], '"d"'],
      [['day', 'eq', '2024-13-01'], '"day"'],
      [['m', 'eq', '25 hours'], '"m"'],
      [['u', 'in', ['not one']], '"u"'],
      [['flag', 'eq', 'perhaps'], '"flag"'],
      [['id', 'like', '1%'], '"id"'],
      [['raw', 'eq', 'plain'], '"raw"'],
      [['p', 'eq', 'x'], '"p"'],
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

    test('larger than the server takes is told', async () => {
      await expect(rowsOf(['label', 'eq', 'x'.repeat(17_000_000)])).rejects.toMatchObject({
        code: expect.stringMatching(/^(too-large|source-unreachable)$/),
      })
    })

    test('and an order by what cannot be compared are refused', async () => {
      const order = [{ column: 'p', descending: false }]
      await expect(connection.tables.read('things', { order })).rejects.toMatchObject({ code: 'invalid-request' })
    })

    test('parts the rows in three: it, its opposite, and neither', async () => {
      for (const where of [
        ['price', 'gt', 0],
        ['label', 'like', '%o%'],
        ['flag', 'eq', true],
        ['f', 'in', [0, '0.1']],
        ['mood', 'lt', 'so so'],
      ] as Filter[]) {
        const yes = await rowsOf(where)
        const no = await rowsOf({ not: where })
        const unknown = await rowsOf([columnsOf(where)[0]!, 'is-null'])
        expect([...yes, ...no, ...unknown].toSorted()).toEqual([1, 2, 3, 4, 5])
      }
    })
  })

  describe('a check', () => {
    const checkOf = async (login: (typeof server)['reader']) => await (await open(server, login)).check()
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

    test('fails where the login may read nothing', async () => {
      await server.sql(`CREATE USER nobody_here@'%' IDENTIFIED BY 'nobody'`)
      const opened = await open(
        { ...server, database: undefined as never },
        { user: 'nobody_here', password: 'nobody' },
      )
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
      const extract = await connection.extract({ sql: 'SELECT id FROM things WHERE id > ?', parameters: [4] })
      expect(await showRows(extract)).toEqual([['5']])
    })

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
