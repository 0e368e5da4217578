import type { Socket } from 'node:net'
import { beforeAll, describe, expect, test } from 'vitest'
import { describeRogues } from '../../contract/database/rogues.ts'
import { describeSessions } from '../../contract/database/sessions.ts'
import { type OpenedDatabase, opening } from '../../contract/database/world.ts'
import { postgresWorld } from '../../support/database-worlds.ts'
import { testPostgres } from '../../support/postgres.ts'
import { showRows } from '../../support/rows.ts'

const server = await testPostgres()
const world = postgresWorld(server)
const opened = opening(world)

describeSessions(world, {
  sleeping: 'SELECT pg_sleep(600)',
  silent: 'SELECT count(*) FROM generate_series(1, 1e15::int8)',
  endless: 'WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r) SELECT n FROM r',
  sizes: (lengths) => `
    CREATE TABLE sizes (n int PRIMARY KEY, v text);
    INSERT INTO sizes SELECT n, repeat('x', l) FROM unnest(ARRAY[${lengths.join(', ')}]) WITH ORDINALITY q(l, n)`,
  wide: `CREATE TABLE wide AS SELECT n, repeat(md5(n::text), 3000) AS v FROM generate_series(1, 200) n`,
  huge: `SELECT 1 AS small, repeat(repeat('x', 1000000), 100) AS huge`,
  textOf: (length) => `repeat('x', ${length})`,
  limitSessions: (count) => `ALTER ROLE reader CONNECTION LIMIT ${count ?? -1}`,
})

describe('tables', () => {
  let connection: OpenedDatabase
  beforeAll(async () => {
    connection = await opened(server)
  })

  test('of 1,600 columns are read, by any name', async () => {
    const names = Array.from({ length: 1600 }, (_, i) => `c${i}`)
    await server.sql(
      `CREATE TABLE many (${names.map((name) => `${name} int2`).join(', ')}); INSERT INTO many (c0, c1599) VALUES (1, 2)`,
    )
    const window = await connection.tables.read('many', {})
    expect(window.schema.length).toBe(1600)
    const [row] = await showRows(window)
    expect([row![0], row![1], row![1599]]).toEqual(['1', null, '2'])
    expect((await connection.tables.describe('many')).columns.length).toBe(1600)
  })

  test('of no columns at all are told, and no rows are no batches', async () => {
    await server.sql(`CREATE TABLE none (); INSERT INTO none DEFAULT VALUES; CREATE TABLE empty (n int)`)
    await expect(connection.tables.read('none', {})).rejects.toMatchObject({ code: 'not-offered' })
    expect((await connection.tables.describe('none')).columns).toEqual([])
    const window = await connection.tables.read('empty', { limit: 5 })
    expect(await showRows(window)).toEqual([])
    expect(window.next()).toBeNull()
    expect(window.schema.length).toBe(1)
  })
})

describe('a table that changes while it is read', () => {
  test('cannot: the reading holds it', async () => {
    await server.sql(`CREATE TABLE held AS SELECT n, repeat('x', 100) AS v FROM generate_series(1, 200000) n`)
    const connection = await opened(server)
    const { batches } = await connection.tables.read('held', {})
    const iterator = batches[Symbol.asyncIterator]()
    await iterator.next()
    await expect(server.sql(`SET lock_timeout = '300ms'; ALTER TABLE held DROP COLUMN v`)).rejects.toMatchObject({
      code: '55P03',
    })
    await server.sql('DELETE FROM held')
    let rows = 0
    for (;;) {
      const { done, value } = await iterator.next()
      if (done) break
      rows += value.rows
    }
    // All of the rows as they were when the reading began, the first batch aside.
    expect(rows).toBeGreaterThan(150_000)
  })

  test('before it is read is read as it is then', async () => {
    await server.sql('CREATE TABLE moving (a int, b int)')
    const connection = await opened(server)
    await server.sql('ALTER TABLE moving DROP COLUMN b')
    expect((await connection.tables.read('moving', {})).schema.map(({ name }) => name)).toEqual(['a'])
    await server.sql('DROP TABLE moving')
    await expect(connection.tables.read('moving', {})).rejects.toMatchObject({ code: 'not-found' })
  })

  test('and is locked by another is told within the lock timeout', async () => {
    await server.sql('CREATE TABLE locked (a int)')
    const connection = await opened(server)
    await server.sql('BEGIN; LOCK TABLE locked')
    try {
      // Listed without its size rather than not at all.
      const { items } = await connection.tables.list({ limit: 100, search: 'locked' })
      expect(items).toMatchObject([{ table: 'locked', bytes: null }])
      await expect(connection.tables.read('locked', {})).rejects.toMatchObject({ code: 'source-timeout' })
    } finally {
      await server.sql('ROLLBACK')
    }
  })
})

describe('a server that is none', () => {
  const said: Readonly<Record<string, (socket: Socket) => void>> = {
    'hangs up at once': (socket) => socket.end(),
    'resets the connection': (socket) => socket.resetAndDestroy(),
    'speaks HTTP': (socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'),
    'announces a message without end': (socket) => socket.write(Buffer.from([0x52, 0x7f, 0xff, 0xff, 0xff, 0, 0])),
    'sends noise': (socket) => socket.end(Buffer.alloc(100_000, 0x7a)),
    'hangs up after the password is asked': (socket) => socket.end(Buffer.from([0x52, 0, 0, 0, 8, 0, 0, 0, 3])),
    'lets in and then sends noise': (socket) =>
      socket.end(
        Buffer.concat([Buffer.from([0x52, 0, 0, 0, 8, 0, 0, 0, 0, 0x5a, 0, 0, 0, 5, 0x49]), Buffer.alloc(64, 0x7a)]),
      ),
  }
  describeRogues(
    world,
    Object.fromEntries(
      Object.entries(said).map(([name, say]) => [
        name,
        {
          speak: (socket: Socket) => socket.once('data', () => say(socket)),
          ...(name.includes('password') && { isTold: true }),
        },
      ]),
    ),
  )
})
