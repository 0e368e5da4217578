import { beforeAll, describe, expect, it } from 'vitest'
import { Selection } from '../../../shared/connectors/postgres/config.ts'
import { isFault } from '../../../shared/domain/faults.ts'
import { open as openAt } from '../../support/open-postgres.ts'
import { testPostgres } from '../../support/postgres.ts'
import { showRows } from '../../support/rows.ts'

const server = await testPostgres()
const bounds = { cellBytes: 64 << 20, queryTimeoutMs: 60_000, partitionBytes: 100_000 }
const open = () => openAt(server, server.reader, { bounds })

beforeAll(async () => {
  await server.sql(`
    CREATE TABLE heap AS SELECT n AS id, md5(n::text) AS text FROM generate_series(1, 20000) n;
    DELETE FROM heap WHERE id % 7 = 0; UPDATE heap SET text = 'new' WHERE id % 5 = 0;
    CREATE TABLE small (id int); INSERT INTO small VALUES (1);
    CREATE TABLE parted (id int, at timestamptz, text text, PRIMARY KEY (at, id)) PARTITION BY RANGE (at);
    CREATE TABLE parted_a PARTITION OF parted FOR VALUES FROM (MINVALUE) TO ('2026-01-01');
    CREATE TABLE parted_b PARTITION OF parted FOR VALUES FROM ('2026-01-01') TO (MAXVALUE);
    INSERT INTO parted SELECT n, '2025-12-31'::timestamptz + n * interval '7 s 3 us', md5(n::text) FROM generate_series(1, 20000) n;
    CREATE TABLE parent (id int, text text); CREATE TABLE child () INHERITS (parent);
    INSERT INTO parent SELECT n, md5(n::text) FROM generate_series(1, 5000) n;
    INSERT INTO child SELECT n, md5(n::text) FROM generate_series(5001, 9000) n;
    CREATE VIEW seen AS SELECT CASE WHEN id % 9 > 0 THEN id::numeric / 8 END AS share, text FROM heap;
    ANALYZE`)
})

/** All rows, in no order, of the partitions together, and how many partitions there were. */
async function readParts(selection: Selection) {
  const connection = await open()
  try {
    const partitions = await connection.plan(selection)
    const rows: string[] = []
    for (const partition of partitions)
      rows.push(...(await showRows(await connection.extract(selection, partition))).map((row) => JSON.stringify(row)))
    return { count: partitions.length, partitions, rows: rows.sort() }
  } finally {
    await connection.close()
  }
}

async function readWhole(selection: Selection): Promise<string[]> {
  const connection = await open()
  try {
    return (await showRows(await connection.extract(selection))).map((row) => JSON.stringify(row)).sort()
  } finally {
    await connection.close()
  }
}

describe('an extraction in partitions has the rows of the whole', () => {
  it.each<[string, Selection, number]>([
    ['of a table, by its blocks', { table: 'heap' }, 10],
    ['of a table with columns and a filter', { table: 'heap', columns: ['id'], where: ['text', 'eq', 'new'] }, 10],
    ['of a partitioned table, by its key', { table: 'parted' }, 10],
    [
      'of a partitioned table with a filter, by a named key',
      { table: 'parted', where: ['id', 'gt', 9000], key: 'id' },
      10,
    ],
    ['of a table with heirs, by a named key', { table: 'parent', key: 'id' }, 3],
    ['of a view, by a named key that is null at times', { table: 'seen', key: 'share' }, 5],
    [
      'of a query with parameters',
      { sql: 'SELECT id, text FROM heap WHERE id > $1 AND text <> $2;', parameters: [500, 'x'], key: 'text' },
      5,
    ],
  ])('%s', async (_, selection, atLeast) => {
    const { count, rows } = await readParts(selection)
    expect(count).toBeGreaterThanOrEqual(atLeast)
    expect(rows).toEqual(await readWhole(selection))
    expect(rows.length).toBeGreaterThan(1000)
  })

  it.each<[string, Selection]>([
    ['is small', { table: 'small' }],
    ['is a view without a key', { table: 'seen' }],
    ['is a query without a key', { sql: 'TABLE heap' }],
    ['is a query that gives little', { sql: 'TABLE small', key: 'id' }],
  ])('and is one partition where it %s', async (_, selection) => {
    expect(await readParts(selection)).toMatchObject({ count: 1, partitions: [{ id: '0', spec: null }] })
  })

  it('and tells of the rows to expect', async () => {
    const { count, partitions } = await readParts({ table: 'heap' })
    const expected = partitions.reduce((sum, { estimate }) => sum + estimate!, 0)
    expect(Math.abs(expected - 17_143)).toBeLessThan(count)
    expect((await readParts({ table: 'heap', where: ['id', 'lt', 5] })).partitions[0]!.estimate).toBeNull()
  })

  it('and refuses a key that is no column', async () => {
    for (const selection of [
      { table: 'seen', key: 'nope' },
      { sql: 'TABLE heap', key: 'nope' },
    ])
      await expect(readParts(Selection.parse(selection))).rejects.toSatisfy((error) =>
        isFault(error, 'invalid-request'),
      )
  })
})

describe('a view', () => {
  const ids = async (connection: Awaited<ReturnType<typeof open>>, table: string, view: unknown) =>
    (await showRows(await connection.extract({ table }, undefined, view))).flat().map(Number)

  it('shows one moment to other connections, also when handed on', async () => {
    await server.sql('CREATE TABLE moved (id int); INSERT INTO moved VALUES (1)')
    const [first, second, reader] = [await open(), await open(), await open()]
    const view = (await first.hold([{ table: 'moved' }]))!
    await server.sql('UPDATE moved SET id = 2; INSERT INTO moved VALUES (3)')
    expect(await ids(reader, 'moved', view.token)).toEqual([1])
    const next = (await second.hold([{ table: 'moved' }], view.token))!
    await view.close()
    await first.close()
    await server.sql('DELETE FROM moved')
    await server.sql('VACUUM moved')
    expect(await ids(reader, 'moved', next.token)).toEqual([1])
    await next.check()
    await second.close()
    await expect(ids(reader, 'moved', next.token)).rejects.toSatisfy((error) => isFault(error, 'source-changed'))
    await expect(next.check()).rejects.toSatisfy((error) => isFault(error, 'source-changed'))
    await reader.close()
  })

  it('keeps what is read from being altered', async () => {
    await server.sql('CREATE TABLE kept (id int); CREATE TABLE beside (id int)')
    const connection = await open()
    await connection.hold([{ table: 'kept' }, { sql: 'SELECT * FROM beside' }])
    for (const table of ['kept', 'beside'])
      await expect(
        server.sql(`SET lock_timeout = '50ms'; ALTER TABLE ${table} ADD more int; RESET lock_timeout`),
      ).rejects.toThrow(/lock timeout/)
    await connection.close()
    await server.sql('RESET lock_timeout; ALTER TABLE kept ADD more int')
  })

  it('is lost with its session, and no name of one is taken for another statement', async () => {
    const [holder, reader] = [await open(), await open()]
    const view = (await holder.hold([{ table: 'small' }]))!
    await server.sql(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'reader'`)
    await expect(view.check()).rejects.toSatisfy((error) => isFault(error, 'source-changed'))
    await expect(ids(reader, 'small', view.token)).rejects.toSatisfy((error) => isFault(error, 'source-changed'))
    await expect(ids(reader, 'small', "1-1'; DROP TABLE small --")).rejects.toThrow()
    await Promise.all([holder.close(), reader.close()])
  })
})
