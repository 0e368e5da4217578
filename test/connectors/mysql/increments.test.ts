import { setTimeout as sleep } from 'node:timers/promises'
import { type Connection, createConnection } from 'mysql2/promise'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import kind from '../../../shared/connectors/mysql/kind.ts'
import type { Mark } from '../../../shared/connectors/mysql/settled.ts'
import type { Incremental } from '../../../shared/domain/datasource.ts'
import { openVersion } from '../../../shared/snapshots/read-version.ts'
import { type LabWorld, saveDatasource } from '../../snapshots/lab-world.ts'
import { realDatasource, realSources, rowsOf, sorted, takeOne } from '../../snapshots/real-source.ts'
import { randomOf } from '../../snapshots/simulation.ts'
import { betweenPartitions } from '../../support/between-partitions.ts'
import { describeMariadb } from '../../support/mariadb.ts'
import { open } from '../../support/open-mysql.ts'
import { showRows } from '../../support/rows.ts'
import { localWorld } from '../../support/world.ts'

/** `HEADGATE_INTERLEAVINGS` asks for more where there is time. */
const interleavings = Number(process.env.HEADGATE_INTERLEAVINGS ?? 3)
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
  const begin = async (step?: () => Promise<void>) => {
    disk = await localWorld()
    const around = betweenPartitions(step ?? (async () => {}))
    // even a table of one page is read in some partitions, by `spot` where that is the key
    const bounds = { cellBytes: 1 << 20, queryTimeoutMs: 60_000, ...(step && { wholeBytes: (16 << 10) - 1 }) }
    world = {
      ...disk,
      sources: realSources(kind, async (signal) => around(await open(server, undefined, { signal, bounds }))),
    }
    await server.sql(`
      DROP TABLE IF EXISTS events;
      CREATE TABLE events (
        id bigint PRIMARY KEY, seq bigint, note varchar(50), chosen boolean NOT NULL DEFAULT true, spot int)`)
  }
  beforeEach(() => begin())
  afterEach(async () => {
    for (const session of sessions) await session.query('ROLLBACK')
    await disk.dispose()
  })

  const base = { kind: 'incremental', column: 'seq', deletes: false, fullEvery: 4 } as const
  const save = (strategy: Incremental, more: Record<string, unknown> = {}) =>
    saveDatasource(world, realDatasource('mysql', { selection: { table: 'events', ...more }, strategy }))
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
    await server.sql(`INSERT INTO events SELECT seq, seq, 'first', true, 0 FROM seq_1_to_500`)
    const first = await take()
    await server.sql(
      `INSERT INTO events VALUES (501, 501, 'second', true, 0), (502, NULL, 'none', true, 0), (503, 500, 'equal', true, 0)`,
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
    await server.sql(`INSERT INTO events SELECT seq, seq, 'first', true, 0 FROM seq_1_to_50`)
    const first = (await take()).increment!.mark as Mark
    expect(first).toMatchObject({ low: null, isProven: false })
    // what is not settled is read whole again, and what was noted is kept until then
    const { since, mark } = (await take()).increment!
    expect(since).toBe(null)
    const { highest } = mark as Mark
    expect(highest).toMatchObject([first.highest[0], { value: '50' }])
    const connection = await open(server)
    try {
      const after = { ...first, highest: highest.map(({ at, value }, i) => ({ value, at: i === 0 ? at - 3601 : at })) }
      const ask = { ...base, mode: 'merge' as const, after }
      expect(await connection.mark({ table: 'events' }, ask)).toMatchObject({ low: '50', isProven: false })
    } finally {
      await connection.close()
    }
    await server.sql(`GRANT PROCESS ON *.* TO reader@'%'`)
  })

  it('is not misled by what the server showed of its transactions a moment ago', async () => {
    await save({ ...base, mode: 'append' })
    await server.sql(`INSERT INTO events VALUES (1, 10, 'first', true, 0)`)
    const [writer, asking] = [sessions[0]!, sessions[1]!]
    const showing = () => asking.query('SELECT trx_id FROM information_schema.INNODB_TRX')
    await sleep(150)
    await showing()
    await writer.query('START TRANSACTION WITH CONSISTENT SNAPSHOT')
    await writer.query(`INSERT INTO events VALUES (2, 10, 'late', true, 0)`)
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
    await server.sql(`INSERT INTO events VALUES (3, 11, 'next', true, 0)`)
    await take()
    await writer.query('COMMIT')
    await take()
    expect(await rowsOf(world)).toEqual(await atSource())
  })

  it.each(['append', 'merge'] as const)('has with the next version what was written meanwhile, by %s', async (mode) => {
    let written = 0
    let isQuiet = false
    await disk.dispose()
    // the first range has been read when the last of these are written to it
    await begin(async () => {
      const n = 1000 + ++written
      if (!isQuiet) await server.sql(`INSERT INTO events VALUES (${n}, ${n}, 'meanwhile', true, 1)`)
    })
    await server.sql(`INSERT INTO events SELECT seq, seq, 'first', true, seq FROM seq_1_to_60`)
    await save({ ...base, mode }, { key: 'spot' })
    const { parts, consistency } = await take()
    expect(parts.length).toBeGreaterThan(6)
    expect(consistency).toBe('none')
    expect((await rowsOf(world)).length).toBeLessThan((await atSource()).length)
    isQuiet = true
    expect((await take()).increment).toMatchObject({ since: 1 })
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
        const random = randomOf(seed)
        const inside = new Set<number>()
        let steps = 0
        let next = 0
        let isQuiet = false
        const grown = () => (random() < 0.15 ? 'NULL' : String(next))
        const spot = () => (random() < 0.15 ? 'NULL' : String(Math.floor(random() * 100)))
        const step = async () => {
          if (isQuiet) return
          steps++
          const writer = Math.floor(random() * writers)
          const session = sessions[writer]!
          const drawn = random()
          const mine = `id % ${writers} = ${writer} AND id % 5 = ${Math.floor(random() * 5)}`
          if (!inside.has(writer)) {
            // a transaction begins for InnoDB where it first looks at something
            await session.query('START TRANSACTION WITH CONSISTENT SNAPSHOT')
            inside.add(writer)
          } else if (drawn < 0.2) {
            await session.query(drawn < 0.15 ? 'COMMIT' : 'ROLLBACK')
            inside.delete(writer)
          } else {
            next += Math.floor(random() * 3)
            const all = [
              `INSERT INTO events VALUES (${steps * writers + writer}, ${grown()}, 'new', true, ${spot()})`,
              ...(may === 'add'
                ? []
                : [
                    `UPDATE events SET note = CONCAT(note, '.'), seq = ${next} WHERE ${mine}`,
                    `UPDATE events SET chosen = NOT chosen, seq = ${next} WHERE ${mine}`,
                    `UPDATE events SET spot = ${spot()}, seq = ${grown()} WHERE ${mine}`,
                  ]),
              ...(may === 'anything'
                ? [
                    `DELETE FROM events WHERE ${mine}`,
                    `UPDATE events SET id = ${(1000 + steps) * writers + writer}, seq = ${next} WHERE ${mine} LIMIT 1`,
                  ]
                : []),
            ]
            await session.query(all[Math.floor(random() * all.length)]!).catch((error) => {
              // two at one row: the server gives up the statement, or the transaction
              if (error.errno === 1213) inside.delete(writer)
              else if (error.errno !== 1205) throw error
            })
          }
        }
        await disk.dispose()
        await begin(step)
        await server.sql(`INSERT INTO events SELECT 100000 + seq, 0, 'first', true, NULLIF(seq, 7) FROM seq_1_to_60`)
        await save(strategy, { key: 'spot', ...(may !== 'add' && { where: ['chosen', 'eq', true] }) })
        const compare = async () => {
          const before = steps
          await take()
          // what is written while everything is read comes with the next one
          if (steps === before)
            expect(await rowsOf(world), `seed ${seed}`).toEqual(await atSource(may === 'add' ? 'true' : 'chosen'))
        }
        for (let taken = 0; taken < 40; taken++) {
          if (random() < 0.12) await compare()
          else await step()
        }
        isQuiet = true
        for (const writer of inside) await sessions[writer]!.query('COMMIT')
        await compare()
        await compare()
      }
    })
  })
})
