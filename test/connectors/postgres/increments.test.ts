import postgres from 'postgres'
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest'
import kind from '../../../shared/connectors/postgres/kind.ts'
import type { DatasourceRecord } from '../../../shared/domain/datasource.ts'
import { datasources } from '../../../shared/ports/dataset-records.ts'
import { openVersion } from '../../../shared/snapshots/read-version.ts'
import { type LabWorld, listKeys, saveDatasource } from '../../snapshots/lab-world.ts'
import { realDatasource, realSources, rowsOf, takeOne } from '../../snapshots/real-source.ts'
import { open } from '../../support/open-postgres.ts'
import { testPostgres } from '../../support/postgres.ts'
import { showRows } from '../../support/rows.ts'
import { localWorld } from '../../support/world.ts'

const server = await testPostgres()
const { host, port, database, superuser } = server
const late = postgres({ host, port, database, ...superuser, max: 1, fetch_types: false })
afterAll(() => late.end({ timeout: 1 }))

let world: LabWorld
let disk: Awaited<ReturnType<typeof localWorld>>
beforeEach(async () => {
  disk = await localWorld()
  world = { ...disk, sources: realSources(kind, (signal) => open(server, undefined, { signal })) }
  await server.sql(
    'DROP TABLE IF EXISTS events CASCADE; CREATE TABLE events (id bigint PRIMARY KEY, at timestamptz, note text)',
  )
})
afterEach(() => disk.dispose())

const save = (more: Partial<DatasourceRecord> = {}) =>
  saveDatasource(world, realDatasource('postgres', { selection: { table: 'events' }, ...more }))
const append = { kind: 'incremental', mode: 'append', column: 'at', deletes: false, fullEvery: 100 } as const
const merge = { ...append, mode: 'merge' } as const

/** What the source says, the way versions are read. */
async function atSource(where = 'true') {
  const connection = await open(server)
  try {
    const rows = await showRows(await connection.tables.query({ sql: `SELECT * FROM events WHERE ${where}` }))
    return rows.toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1))
  } finally {
    await connection.close()
  }
}
const take = async (more = {}) => {
  const { outcome, cause } = await takeOne(world, more)
  expect(outcome, String(cause)).toBe('done')
  return await openVersion(world, 'numbers')
}

describe('appending', () => {
  it('A21 adds a part with what is new, shares the parts before, and loses no row that is committed late', async () => {
    await save({ strategy: append })
    await server.sql(`INSERT INTO events SELECT n, now(), 'first' FROM generate_series(1, 100) n`)
    const first = await take()
    expect(first.increment).toMatchObject({ since: null, count: 0, key: [] })
    // begun before the next snapshot, with a value below its highest, and committed after it
    await late.unsafe('BEGIN')
    await late.unsafe(`SAVEPOINT s; INSERT INTO events VALUES (101, now() - interval '1 hour', 'late'); RELEASE s`)
    await server.sql(`INSERT INTO events VALUES (102, now(), 'second'), (103, NULL, 'no time')`)
    const second = await take()
    expect(await rowsOf(world)).toEqual(await atSource())
    expect(second.parts.slice(0, first.parts.length)).toEqual(first.parts)
    await late.unsafe('COMMIT')
    await server.sql(`INSERT INTO events SELECT 104, at, 'equal' FROM events WHERE id = 102`)
    await take()
    expect(await rowsOf(world)).toEqual(await atSource())
    const fourth = await take()
    expect(await rowsOf(world)).toEqual(await atSource())
    expect(fourth.increment).toMatchObject({ since: 3, count: 3 })
    expect(fourth.rows).toBe(104)
  })

  it('writes no object where nothing is new, and skips such a snapshot where that is asked', async () => {
    await save({ strategy: append })
    await server.sql(`INSERT INTO events SELECT n, now(), 'first' FROM generate_series(1, 100) n`)
    const first = await take()
    const second = await take()
    expect(second.parts).toEqual(first.parts)
    expect((await listKeys(world)).filter((key) => key.includes('/part-'))).toHaveLength(1)
    const found = (await world.catalog.get(datasources, 'numbers'))!
    const value = { ...found.value, skipUnchanged: true }
    await world.catalog.write([{ replace: datasources, id: 'numbers', value, revision: found.revision }])
    expect((await takeOne(world)).outcome).toBe('skipped')
    await server.sql(`INSERT INTO events VALUES (101, NULL, 'more')`)
    expect((await takeOne(world)).outcome).toBe('done')
    expect(await rowsOf(world)).toEqual(await atSource())
  })
})

describe('merging', () => {
  it('gives one row a key: the newest, whatever its column says', async () => {
    await save({ strategy: merge })
    await server.sql(`INSERT INTO events SELECT n, now(), 'first' FROM generate_series(1, 1000) n`)
    await take()
    await server.sql(
      `UPDATE events SET note = 'changed', at = NULL WHERE id % 100 = 0; INSERT INTO events VALUES (1001)`,
    )
    const second = await take()
    expect(await rowsOf(world)).toEqual(await atSource())
    expect(second.increment).toMatchObject({ since: 1, count: 1, key: ['id'] })
    expect(await rowsOf(world, { version: 1 })).toHaveLength(1000)
  })

  it('lets rows go that the selection holds no more', async () => {
    const where = ['note', 'eq', 'open'] as const
    await save({ strategy: merge, selection: { table: 'events', where } })
    await server.sql(`INSERT INTO events SELECT n, now(), 'open' FROM generate_series(1, 10) n`)
    await take()
    await server.sql(`UPDATE events SET note = 'done' WHERE id < 4; UPDATE events SET note = NULL WHERE id = 5`)
    await take()
    expect(await rowsOf(world)).toEqual(await atSource(`note = 'open'`))
  })

  it('finds deleted rows and changed keys by digests of the keys', async () => {
    await save({ strategy: { ...merge, deletes: true } })
    await server.sql(`INSERT INTO events SELECT n, now(), 'first' FROM generate_series(1, 3000) n`)
    await take()
    await server.sql(
      `DELETE FROM events WHERE id IN (5, 500); UPDATE events SET id = -7 WHERE id = 7; INSERT INTO events VALUES (5000)`,
    )
    const second = await take()
    expect(second.increment!.count).toBe(1)
    expect(await rowsOf(world)).toEqual(await atSource())
    await server.sql('DELETE FROM events')
    await take()
    expect(await rowsOf(world)).toEqual([])
  })

  it.each([
    ['TRUNCATE events; INSERT INTO events VALUES (1, NULL, NULL)'],
    ['ALTER TABLE events ALTER note TYPE varchar(100)'],
    ['ALTER TABLE events ADD more int DEFAULT 7'],
    ['ALTER TABLE events DROP note'],
    [
      'DROP TABLE events CASCADE; CREATE TABLE events (id bigint PRIMARY KEY, at timestamptz, note text); GRANT SELECT ON events TO reader',
    ],
    ['VACUUM FULL events'],
  ])('reads everything again after %s', async (sql) => {
    await save({ strategy: merge })
    await server.sql(`INSERT INTO events SELECT n, now(), 'first' FROM generate_series(1, 10) n`)
    await take()
    await server.sql(sql)
    expect((await take()).increment).toMatchObject({ since: null, count: 0 })
    expect(await rowsOf(world)).toEqual(await atSource())
  })

  it('reads everything when it is asked to, after so many increments, and with another selection', async () => {
    await save({ strategy: { ...merge, fullEvery: 2 } })
    await server.sql(`INSERT INTO events SELECT n, now(), 'first' FROM generate_series(1, 10) n`)
    const counts = []
    for (const more of [{}, {}, {}, {}, { full: true }, {}]) counts.push((await take(more)).increment!.count)
    expect(counts).toEqual([0, 1, 2, 0, 0, 1])
  })

  it.each([
    [{ selection: { sql: 'SELECT 1 AS id' } }, 'not-offered'],
    [{ selection: { table: 'view_of_events' } }, 'not-offered'],
    [{ strategy: { ...merge, column: 'nowhere' } }, 'invalid-request'],
    [{ strategy: { ...merge, key: ['note'] } }, 'not-offered'],
    [{ selection: { table: 'events', columns: ['note'] } }, 'invalid-request'],
  ])('refuses %j', async (more, code) => {
    await server.sql('CREATE OR REPLACE VIEW view_of_events AS SELECT * FROM events')
    await save({ strategy: merge, ...more } as Partial<DatasourceRecord>)
    expect((await takeOne(world)).record.error).toMatchObject({ code })
  })
})
