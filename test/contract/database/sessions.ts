import { beforeAll, describe, expect, test } from 'vitest'
import { loopbackEgress } from '../../support/loopback-egress.ts'
import { showRows } from '../../support/rows.ts'
import { type DatabaseWorld, type OpenedDatabase, opening, until } from './world.ts'

/** Statements as the server writes them. */
export interface SessionSql {
  readonly sleeping: string
  /** Computes, and gives no row. */
  readonly silent: string
  /** Gives rows. */
  readonly endless: string
  /** Makes `sizes` (n from 1 on, v) with texts of these lengths. */
  readonly sizes: (lengths: readonly number[]) => string
  /** Makes `wide` with 200 rows of a number and a text of 96,000 characters. */
  readonly wide: string
  /** A small column, then one named `huge` far past every cap. */
  readonly huge: string
  /** A text of so many characters. */
  readonly textOf: (length: number) => string
  /** How many sessions the reader may have; null: any number. */
  readonly limitSessions: (count: number | null) => string
}

export function describeSessions(world: DatabaseWorld, sql: SessionSql): void {
  const { server } = world
  const opened = opening(world)
  const isQuiet = () => until(async () => (await world.sessions()) === 0)

  describe('a reading that is ended', () => {
    test.each([
      ['that has not given a row', sql.sleeping],
      ['that computes without end', sql.silent],
      ['that gives rows without end', sql.endless],
    ])('by its signal, %s, is ended at the server', async (_, statement) => {
      const abort = new AbortController()
      const egress = loopbackEgress()
      const connection = await opened(server, server.reader, { signal: abort.signal, egress })
      const run = connection.tables.query({ sql: statement }).then(drain)
      const failed = expect(run).rejects.toMatchObject({ code: 'cancelled' })
      await until(async () => (await world.sessions()) > 0)
      await new Promise((go) => setTimeout(go, 100))
      abort.abort()
      await failed
      await isQuiet()
      // What ends it went out by the same door, on a socket of its own, and none is left open.
      expect(egress.sockets.length).toBe(2)
      await until(async () => egress.sockets.every((socket) => socket.destroyed))
    })

    test('while it logs in leaves nothing behind', async () => {
      const abort = new AbortController()
      const egress = loopbackEgress()
      const connect: typeof egress.connect = async (...to) => {
        const socket = await egress.connect(...to)
        // The whole of it takes a few milliseconds.
        setImmediate(() => abort.abort())
        return socket
      }
      const connection = await opened(server, server.reader, { signal: abort.signal, egress: { ...egress, connect } })
      await expect(connection.tables.list({ limit: 1 })).rejects.toMatchObject({ code: 'cancelled' })
      await until(async () => egress.sockets.every((socket) => socket.destroyed))
      await isQuiet()
    })

    test('by its reader, in the middle, is ended at the server', async () => {
      const egress = loopbackEgress()
      const connection = await opened(server, server.reader, { egress })
      for await (const batch of (await connection.tables.query({ sql: sql.endless })).batches) {
        expect(batch.rows).toBeGreaterThan(0)
        break
      }
      await isQuiet()
      await until(async () => egress.sockets.every((socket) => socket.destroyed))
    })

    test('by its reader, before the first row, is ended at the server', async () => {
      const { batches } = await (await opened(server)).tables.query({ sql: sql.endless })
      await batches[Symbol.asyncIterator]().return?.()
      await isQuiet()
    })

    test('at its end uses one connection and closes it in order', async () => {
      const egress = loopbackEgress()
      const connection = await opened(server, server.reader, { egress })
      await showRows(await connection.tables.query({ sql: 'SELECT 1' }))
      expect(egress.sockets.length).toBe(1)
      await isQuiet()
      await until(async () => egress.sockets.every((socket) => socket.destroyed))
    })
  })

  describe('values of every size', () => {
    const lengths = [0, 1, 250, 251, 65_000, 65_531, 65_535, 65_536, 70_000, 300_000, 3_000_000]
    let connection: OpenedDatabase
    beforeAll(async () => {
      await world.sql(sql.sizes(lengths))
      connection = await opened(server)
    })

    test.each(lengths.map((_, i) => i + 1))('arrive whole when the last is number %i', async (n) => {
      // postgres 3.4.9 by itself hangs after a COPY whose last value is larger than 64 KiB.
      const order = [{ column: 'n', descending: false }]
      const rows = await connection.tables.read('sizes', { select: ['v'], where: ['n', 'le', n], order })
      const found = (await showRows(rows)).map(([v]) => (v as string).length)
      expect(found).toEqual(lengths.slice(0, n))
    })

    test('come in batches that are bounded by bytes', async () => {
      await world.sql(sql.wide)
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
      const bounds = { cellBytes: 1 << 20, queryTimeoutMs: 60_000 }
      const capped = await opened(server, server.reader, { egress, bounds })
      await expect(capped.tables.read('sizes', {}).then(showRows)).rejects.toMatchObject({
        code: 'too-large',
        detail: 'A value of column "v" is larger than the 1 MiB that a value may have.',
      })
      expect(egress.sockets[0]!.bytesRead).toBeLessThan(2_500_000)
      const huge = await opened(server, server.reader, { egress })
      await expect(huge.tables.query({ sql: sql.huge }).then(showRows)).rejects.toMatchObject({
        code: 'too-large',
        detail: expect.stringContaining('"huge"'),
      })
      expect(egress.sockets.at(-2)!.bytesRead).toBeLessThan(5_000_000)
      // Many values below the cap can still be a row above what is held at once.
      const many = `SELECT ${Array.from({ length: 6 }, (_, i) => `${sql.textOf(900_000)} AS c${i}`).join(', ')}`
      await expect(capped.tables.query({ sql: many }).then(showRows)).rejects.toMatchObject({ code: 'too-large' })
      await isQuiet()
    })
  })

  describe('a server that fails', () => {
    test('for want of connections says so', async () => {
      await world.sql(sql.limitSessions(1))
      try {
        const { batches } = await (await opened(server)).tables.query({ sql: sql.endless })
        await expect((await opened(server)).tables.list({ limit: 1 })).rejects.toMatchObject({
          code: 'source-failed',
          hint: 'Try again later.',
        })
        await batches[Symbol.asyncIterator]().return?.()
      } finally {
        await world.sql(sql.limitSessions(null))
      }
      await isQuiet()
    })

    test('for want of the database says so', async () => {
      const connection = await opened(server, server.superuser, { database: 'no such' })
      await expect(connection.tables.list({ limit: 1 })).rejects.toMatchObject({
        code: 'source-refused',
        detail: 'There is no such database on the server.',
      })
    })

    test('in the middle is told, and nothing crashes', async () => {
      const { batches } = await (await opened(server)).tables.query({ sql: sql.endless })
      const iterator = batches[Symbol.asyncIterator]()
      await iterator.next()
      await world.endSessions()
      const rest = (async () => {
        while (!(await iterator.next()).done);
      })()
      await expect(rest).rejects.toMatchObject({ code: 'source-unreachable' })
    })
  })
}

async function drain({ batches }: { readonly batches: AsyncIterable<unknown> }): Promise<void> {
  for await (const _ of batches);
}
