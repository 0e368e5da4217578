import { once } from 'node:events'
import { createServer, type Socket } from 'node:net'
import { inspect } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { loopbackEgress } from '../../support/loopback-egress.ts'
import { type OpenedPostgres, open } from '../../support/open-postgres.ts'
import { testPostgres } from '../../support/postgres.ts'
import { showRows } from '../../support/rows.ts'

const server = await testPostgres()
const connections: OpenedPostgres[] = []
const opened = async (...args: Parameters<typeof open>) => {
  const connection = await open(...args)
  connections.push(connection)
  return connection
}
afterAll(() => Promise.all(connections.map((connection) => connection.close())))

const backends = async () =>
  (await server.sql(`SELECT count(*)::int AS n FROM pg_stat_activity WHERE usename = 'reader'`))[0]!.n as number

/** How long until the server has nothing of ours, milliseconds. */
async function quietAfterMs(): Promise<number> {
  const start = performance.now()
  while ((await backends()) > 0 && performance.now() - start < 20_000) await new Promise((go) => setTimeout(go, 10))
  return performance.now() - start
}

describe('a reading that is ended', () => {
  test.each([
    ['that has not given a row', 'SELECT pg_sleep(600)'],
    ['that computes without end', 'SELECT count(*) FROM generate_series(1, 1e15::int8)'],
    ['that gives rows without end', 'WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r) SELECT n FROM r'],
  ])('by its signal, %s, is cancelled at the server', async (_, sql) => {
    const abort = new AbortController()
    const egress = loopbackEgress()
    const connection = await opened(server, server.reader, { signal: abort.signal, egress })
    const run = connection.tables.query({ sql }).then(showRows)
    const failed = expect(run).rejects.toMatchObject({ code: 'cancelled' })
    await until(async () => (await backends()) > 0)
    await new Promise((go) => setTimeout(go, 100))
    abort.abort()
    await failed
    expect(await quietAfterMs()).toBeLessThan(20_000)
    // The cancel went out by the same door, on a socket of its own, and none is left open.
    expect(egress.sockets.length).toBe(2)
    await until(async () => egress.sockets.every((socket) => socket.destroyed))
  })

  test('while it logs in leaves nothing behind', async () => {
    const abort = new AbortController()
    const egress = loopbackEgress()
    const connect: typeof egress.connect = async (...to) => {
      const socket = await egress.connect(...to)
      setImmediate(() => abort.abort())
      return socket
    }
    const connection = await opened(server, server.reader, { signal: abort.signal, egress: { ...egress, connect } })
    await expect(connection.tables.list({ limit: 1 })).rejects.toMatchObject({ code: 'cancelled' })
    await until(async () => egress.sockets.every((socket) => socket.destroyed))
    expect(await quietAfterMs()).toBeLessThan(20_000)
  })

  test('by its reader, in the middle, is cancelled at the server', async () => {
    const egress = loopbackEgress()
    const connection = await opened(server, server.reader, { egress })
    const rows = await connection.tables.query({
      sql: 'WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r) SELECT n FROM r',
    })
    for await (const batch of rows.batches) {
      expect(batch.rows).toBeGreaterThan(0)
      break
    }
    expect(await quietAfterMs()).toBeLessThan(20_000)
    await until(async () => egress.sockets.every((socket) => socket.destroyed))
  })

  test('at its end uses one connection and closes it in order', async () => {
    const egress = loopbackEgress()
    const connection = await opened(server, server.reader, { egress })
    await showRows(await connection.tables.query({ sql: 'SELECT 1' }))
    expect(egress.sockets.length).toBe(1)
    expect(await quietAfterMs()).toBeLessThan(20_000)
    await until(async () => egress.sockets.every((socket) => socket.destroyed))
  })
})

describe('values of every size', () => {
  let connection: OpenedPostgres
  beforeAll(async () => {
    await server.sql(`
      CREATE TABLE sizes (n int PRIMARY KEY, v text);
      INSERT INTO sizes SELECT n, repeat('x', l) FROM unnest(ARRAY[0, 1, 65000, 65531, 65536, 70000, 300000, 3000000]) WITH ORDINALITY q(l, n)`)
    connection = await opened(server)
  })

  test.each([1, 2, 3, 4, 5, 6, 7, 8])('arrive whole when the last is number %i', async (n) => {
    // postgres 3.4.9 by itself hangs after a COPY whose last value is larger than 64 KiB.
    const rows = await connection.tables.read('sizes', {
      select: ['v'],
      where: ['n', 'le', n],
      order: [{ column: 'n', descending: false }],
    })
    const lengths = (await showRows(rows)).map(([v]) => (v as string).length)
    expect(lengths).toEqual([0, 1, 65_000, 65_531, 65_536, 70_000, 300_000, 3_000_000].slice(0, n))
  })

  test('come in batches that are bounded by bytes', async () => {
    await server.sql(`CREATE TABLE wide AS SELECT n, repeat(md5(n::text), 3000) AS v FROM generate_series(1, 200) n`)
    const { batches } = await connection.tables.read('wide', {})
    let rows = 0
    for await (const batch of batches) {
      const column = batch.columns[1]!
      if (column.layout === 'bytes') expect(column.offsets[batch.rows]).toBeLessThan(6 << 20)
      expect(batch.rows).toBeLessThan(100)
      rows += batch.rows
    }
    expect(rows).toBe(200)
  })

  test('are refused past the cap before they are read, with the name of the column', async () => {
    const egress = loopbackEgress()
    const capped = await opened(server, server.reader, {
      egress,
      bounds: { cellBytes: 1 << 20, queryTimeoutMs: 60_000 },
    })
    await expect(capped.tables.read('sizes', {}).then(showRows)).rejects.toMatchObject({
      code: 'too-large',
      detail: 'A value of column "v" is larger than the 1 MiB that a value may have.',
    })
    expect(egress.sockets[0]!.bytesRead).toBeLessThan(2_500_000)
    const huge = await opened(server, server.reader, { egress })
    const sql = `SELECT 1 AS small, repeat(repeat('x', 1000000), 600) AS huge`
    await expect(huge.tables.query({ sql }).then(showRows)).rejects.toMatchObject({
      code: 'too-large',
      detail: expect.stringContaining('"huge"'),
    })
    expect(egress.sockets.at(-2)!.bytesRead).toBeLessThan(5_000_000)
    // Many values below the cap can still be a row above what is held at once.
    const many = `SELECT ${Array.from({ length: 6 }, (_, i) => `repeat('x', 900000) AS c${i}`).join(', ')}`
    await expect(capped.tables.query({ sql: many }).then(showRows)).rejects.toMatchObject({ code: 'too-large' })
    expect(await quietAfterMs()).toBeLessThan(20_000)
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

describe('a server that fails', () => {
  test('in the middle is told, and nothing crashes', async () => {
    const connection = await opened(server)
    const { batches } = await connection.tables.query({
      sql: 'WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r) SELECT n FROM r',
    })
    const iterator = batches[Symbol.asyncIterator]()
    await iterator.next()
    await server.sql(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'reader'`)
    const drain = async () => {
      while (!(await iterator.next()).done);
    }
    await expect(drain()).rejects.toMatchObject({ code: 'source-unreachable' })
  })

  test('for want of connections says so', async () => {
    await server.sql('ALTER ROLE reader CONNECTION LIMIT 0')
    try {
      await expect((await opened(server)).tables.list({ limit: 1 })).rejects.toMatchObject({
        code: 'source-failed',
        hint: 'Try again later.',
      })
    } finally {
      await server.sql('ALTER ROLE reader CONNECTION LIMIT -1')
    }
  })

  test('for want of the database says so', async () => {
    const connection = await opened(server, server.reader, { database: 'no such' })
    await expect(connection.tables.list({ limit: 1 })).rejects.toMatchObject({
      code: 'source-refused',
      detail: 'There is no such database on the server.',
    })
  })

  const rogues: Readonly<Record<string, (socket: Socket) => void>> = {
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
  test.each(Object.keys(rogues))('or that is none, and %s, is told without a hang', async (name) => {
    const listener = createServer((socket) => {
      socket.on('error', () => {})
      socket.once('data', () => rogues[name]!(socket))
    }).listen(0, '127.0.0.1')
    await once(listener, 'listening')
    const { port } = listener.address() as { port: number }
    const egress = loopbackEgress()
    for (const tls of ['disable', 'prefer', 'require']) {
      const abort = new AbortController()
      const connection = await opened({ ...server, port }, server.reader, { tls, egress, signal: abort.signal })
      const timer = setTimeout(() => abort.abort(), 1500)
      const thrown = await connection.tables.list({ limit: 1 }).catch((error: unknown) => error)
      clearTimeout(timer)
      expect(thrown).toMatchObject({ name: 'Fault', code: expect.stringMatching(/^(source-|cancelled)/) })
      expect(inspect(thrown, { depth: 9, showHidden: true })).not.toContain(server.reader.password)
    }
    await until(async () => egress.sockets.every((socket) => socket.destroyed))
    listener.close()
  })
})

async function until(holds: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 1000; tries++) {
    if (await holds()) return
    await new Promise((go) => setTimeout(go, 10))
  }
  throw new Error('It did not come about.')
}
