import { setTimeout as sleep } from 'node:timers/promises'
import { type Connection, createConnection } from 'mysql2/promise'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import kind from '../../../shared/connectors/mysql/kind.ts'
import type { Incremental } from '../../../shared/domain/datasource.ts'
import { openVersion } from '../../../shared/snapshots/read-version.ts'
import { type LabWorld, saveDatasource } from '../../snapshots/lab-world.ts'
import { realDatasource, realSources, rowsOf, sorted, takeOne } from '../../snapshots/real-source.ts'
import { randomOf } from '../../snapshots/simulation.ts'
import { describeMariadb } from '../../support/mariadb.ts'
import { open } from '../../support/open-mysql.ts'
import { showRows } from '../../support/rows.ts'
import { localWorld } from '../../support/world.ts'

/** `HEADGATE_INTERLEAVINGS` asks for more where there is time. */
const interleavings = Number(process.env.HEADGATE_INTERLEAVINGS ?? 4)
const writers = 3

describeMariadb('increments from MariaDB', (server) => {
  const sessions: Connection[] = []
  beforeAll(async () => {
    const { host, port, superuser } = server
    for (let n = 0; n < writers; n++)
      sessions.push(
        await createConnection({ host, port, ...superuser, database: 'warehouse', multipleStatements: true }),
      )
    for (const session of sessions)
      await session.query(
        'SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED; SET SESSION innodb_lock_wait_timeout = 1',
      )
    await server.sql(`GRANT PROCESS ON *.* TO reader@'%'`)
  })
  afterAll(() => Promise.all(sessions.map((session) => session.end())))

  let world: LabWorld
  let disk: Awaited<ReturnType<typeof localWorld>>
  const begin = async () => {
    disk = await localWorld()
    world = { ...disk, sources: realSources(kind, (signal) => open(server, undefined, { signal })) }
    await server.sql(`
      DROP TABLE IF EXISTS events;
      CREATE TABLE events (id bigint PRIMARY KEY, seq bigint, note varchar(50), chosen boolean NOT NULL DEFAULT true)`)
  }
  beforeEach(begin)
  afterEach(async () => {
    for (const session of sessions) await session.query('ROLLBACK')
    await disk.dispose()
  })

  const base = { kind: 'incremental', column: 'seq', deletes: false, fullEvery: 1000 } as const
  const save = (strategy: Incremental, where?: unknown) =>
    saveDatasource(
      world,
      realDatasource('mysql', { selection: { table: 'events', ...(where ? { where } : {}) }, strategy }),
    )
  const atSource = async (where = 'true') => {
    const connection = await open(server)
    try {
      return sorted(await showRows(await connection.tables.query({ sql: `SELECT * FROM events WHERE ${where}` })))
    } finally {
      await connection.close()
    }
  }
  const take = async () => {
    const { outcome, cause } = await takeOne(world)
    expect(outcome, String(cause)).toBe('done')
    return await openVersion(world, 'numbers')
  }

  it('A21 reads what is new by a column, shares the parts before, and says what proved it', async () => {
    await save({ ...base, mode: 'append' })
    await server.sql(`INSERT INTO events SELECT seq, seq, 'first', true FROM seq_1_to_500`)
    const first = await take()
    await server.sql(
      `INSERT INTO events VALUES (501, 501, 'second', true), (502, NULL, 'none', true), (503, 500, 'equal', true)`,
    )
    const second = await take()
    expect(await rowsOf(world)).toEqual(await atSource())
    const settled = first.parts.filter(({ open }) => !open)
    expect(settled.length).toBeGreaterThan(0)
    expect(second.parts.slice(0, settled.length)).toEqual(settled)
    expect(second.increment).toMatchObject({ since: 1, mark: { low: '501', isProven: true } })
  })

  it('takes transactions to last no longer than an hour where the login may not see them', async () => {
    await server.sql(`REVOKE PROCESS ON *.* FROM reader@'%'`)
    await save({ ...base, mode: 'merge' })
    await server.sql(`INSERT INTO events SELECT seq, seq, 'first', true FROM seq_1_to_50`)
    expect((await take()).increment!.mark).toMatchObject({ low: null, isProven: false })
    await server.sql(`GRANT PROCESS ON *.* TO reader@'%'`)
  })

  it('is not misled by what the server showed of its transactions a moment ago', async () => {
    await save({ ...base, mode: 'append' })
    await server.sql(`INSERT INTO events VALUES (1, 10, 'first', true)`)
    const [writer, asking] = [sessions[0]!, sessions[1]!]
    const showing = () => asking.query('SELECT trx_id FROM information_schema.INNODB_TRX')
    await sleep(150)
    await showing()
    await writer.query('START TRANSACTION WITH CONSISTENT SNAPSHOT')
    await writer.query(`INSERT INTO events VALUES (2, 10, 'late', true)`)
    let isAsking = true
    const others = (async () => {
      for (; isAsking; await sleep(20)) await showing()
    })()
    const stop = setTimeout(() => {
      isAsking = false
    }, 1_500)
    try {
      expect((await take()).increment!.mark).toMatchObject({ low: null })
    } finally {
      clearTimeout(stop)
      isAsking = false
      await others
    }
    await server.sql(`INSERT INTO events VALUES (3, 11, 'next', true)`)
    await take()
    await writer.query('COMMIT')
    await take()
    expect(await rowsOf(world)).toEqual(await atSource())
  })

  const cases: [string, Incremental, 'add' | 'change' | 'anything'][] = [
    ['rows that are added, appended', { ...base, mode: 'append' }, 'add'],
    ['rows that change, merged', { ...base, mode: 'merge' }, 'change'],
    ['rows that change and are deleted, merged and compared', { ...base, mode: 'merge', deletes: true }, 'anything'],
  ]
  describe.each(cases)('%s', (_, strategy, may) => {
    it(`are those of the source at every moment of ${interleavings} interleavings`, {
      timeout: 60_000 * interleavings,
    }, async () => {
      for (let seed = 1; seed <= interleavings; seed++) {
        if (seed > 1) await disk.dispose().then(begin)
        const random = randomOf(seed)
        await save(strategy, may === 'add' ? undefined : ['chosen', 'eq', true])
        const inside = new Set<number>()
        const compare = async () => {
          await take()
          expect(await rowsOf(world), `seed ${seed}`).toEqual(await atSource(may === 'add' ? 'true' : 'chosen'))
        }
        let next = 0
        const grown = () => (random() < 0.15 ? 'NULL' : String(next))
        for (let step = 0; step < 40; step++) {
          const writer = Math.floor(random() * writers)
          const session = sessions[writer]!
          const drawn = random()
          const mine = `id % ${writers} = ${writer} AND id % 5 = ${Math.floor(random() * 5)}`
          if (drawn < 0.12) await compare()
          else if (!inside.has(writer)) {
            // a transaction begins for InnoDB where it first looks at something
            await session.query('START TRANSACTION WITH CONSISTENT SNAPSHOT')
            inside.add(writer)
          } else if (drawn < 0.3) {
            await session.query(drawn < 0.26 ? 'COMMIT' : 'ROLLBACK')
            inside.delete(writer)
          } else {
            next += Math.floor(random() * 3)
            const all = [
              `INSERT INTO events VALUES (${step * writers + writer}, ${grown()}, 'new', true)`,
              ...(may === 'add'
                ? []
                : [
                    `UPDATE events SET note = CONCAT(note, '.'), seq = ${next} WHERE ${mine}`,
                    `UPDATE events SET chosen = NOT chosen, seq = ${next} WHERE ${mine}`,
                  ]),
              ...(may === 'anything' ? [`DELETE FROM events WHERE ${mine}`] : []),
            ]
            await session.query(all[Math.floor(random() * all.length)]!).catch((error) => {
              // two at one row: the server gives up the statement, or the transaction
              if (error.errno === 1213) inside.delete(writer)
              else if (error.errno !== 1205) throw error
            })
          }
        }
        for (const writer of inside) await sessions[writer]!.query('COMMIT')
        await compare()
        await compare()
      }
    })
  })
})
