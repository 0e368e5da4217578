import postgres from 'postgres'
import { afterAll, describe, expect, it, onTestFinished } from 'vitest'
import kind from '../../../shared/connectors/postgres/kind.ts'
import type { Incremental } from '../../../shared/domain/datasource.ts'
import { saveDatasource } from '../../snapshots/lab-world.ts'
import { realDatasource, realSources, rowsOf, sorted, takeOne } from '../../snapshots/real-source.ts'
import { randomOf } from '../../snapshots/simulation.ts'
import { betweenPartitions } from '../../support/between-partitions.ts'
import { open } from '../../support/open-postgres.ts'
import { testPostgres } from '../../support/postgres.ts'
import { showRows } from '../../support/rows.ts'
import { localWorld } from '../../support/world.ts'

/** `HEADGATE_INTERLEAVINGS` asks for more where there is time. */
const interleavings = Number(process.env.HEADGATE_INTERLEAVINGS ?? 4)
const writers = 3

const server = await testPostgres()
const { host, port, database, superuser } = server
const sessions = Array.from({ length: writers }, () =>
  postgres({ host, port, database, ...superuser, max: 1, fetch_types: false, onnotice: () => {} }),
)
afterAll(() => Promise.all(sessions.map((session) => session.end({ timeout: 1 }))))

/** What a writer may do to its own rows: those whose id leaves its number, divided by how many writers there are. */
function statements(random: () => number, writer: number, may: 'add' | 'change' | 'anything'): string {
  const below = (n: number) => Math.floor(random() * n)
  const at = () => (random() < 0.2 ? 'NULL' : `${below(20)}`)
  const mine = `id % ${writers} = ${writer} AND id % 7 = ${below(7)}`
  const inserts = [
    `INSERT INTO events SELECT nextval('ids') * ${writers} + ${writer}, ${at()}, 'new' FROM generate_series(1, ${1 + below(20)})`,
    `SAVEPOINT s; INSERT INTO events VALUES (nextval('ids') * ${writers} + ${writer}, ${at()}, 'sub'); RELEASE s`,
    `SAVEPOINT s; INSERT INTO events VALUES (nextval('ids') * ${writers} + ${writer}, ${at()}, 'no'); ROLLBACK TO s`,
  ]
  const changes = [
    `UPDATE events SET note = note || '.' WHERE ${mine}`,
    `UPDATE events SET at = ${at()} WHERE ${mine}`,
    `UPDATE events SET chosen = NOT chosen WHERE ${mine}`,
  ]
  const deletions = [
    `DELETE FROM events WHERE ${mine}`,
    `UPDATE events SET id = -nextval('ids') * ${writers} + ${writer} WHERE ${mine}`,
  ]
  const all = [...inserts, ...(may === 'add' ? [] : changes), ...(may === 'anything' ? deletions : [])]
  return all[below(all.length)]!
}

async function atSource(where: string) {
  const connection = await open(server)
  try {
    return sorted(await showRows(await connection.tables.query({ sql: `SELECT * FROM events WHERE ${where}` })))
  } finally {
    await connection.close()
  }
}

const base = { kind: 'incremental', column: 'at', deletes: false, fullEvery: 4 } as const
const cases: [string, Incremental, 'add' | 'change' | 'anything', boolean][] = [
  ['rows that are added, appended', { ...base, mode: 'append' }, 'add', false],
  ['rows that change, merged', { ...base, mode: 'merge' }, 'change', false],
  ['rows that come to be selected and are no more, merged', { ...base, mode: 'merge' }, 'change', true],
  [
    'rows that change and are deleted, merged and compared',
    { ...base, mode: 'merge', deletes: true },
    'anything',
    true,
  ],
]

/** A page is a partition, where everything is read. */
const bounds = { cellBytes: 1 << 20, queryTimeoutMs: 60_000, partitionBytes: 8 << 10 }

describe.each(cases)('%s', (_, strategy, may, isFiltered) => {
  it(`are those of the source at every moment of ${interleavings} interleavings of transactions`, {
    timeout: 60_000 * interleavings,
  }, async () => {
    let compared = 0
    for (let seed = 1; seed <= interleavings; seed++) {
      const random = randomOf(seed)
      const disk = await localWorld()
      const inside = new Set<number>()
      let steps = 0
      let isQuiet = false
      const step = async () => {
        if (isQuiet) return
        steps++
        const writer = Math.floor(random() * writers)
        const session = sessions[writer]!
        const drawn = random()
        if (!inside.has(writer)) {
          await session.unsafe('BEGIN')
          inside.add(writer)
        } else if (drawn < 0.2) {
          await session.unsafe(drawn < 0.15 ? 'COMMIT' : 'ROLLBACK')
          inside.delete(writer)
        } else await session.unsafe(statements(random, writer, may))
      }
      const around = betweenPartitions(step)
      const world = {
        ...disk,
        sources: realSources(kind, async (signal) => around(await open(server, undefined, { signal, bounds }))),
      }
      await server.sql(`
        DROP TABLE IF EXISTS events; DROP SEQUENCE IF EXISTS ids; CREATE SEQUENCE ids START 1000;
        CREATE TABLE events (id bigint PRIMARY KEY, at int, note text, chosen boolean NOT NULL DEFAULT true);
        INSERT INTO events SELECT n, NULLIF(n % 20, 7), repeat('.', 100) FROM generate_series(1, 300) n`)
      const selection = { table: 'events', ...(isFiltered && { where: ['chosen', 'eq', true] }) }
      await saveDatasource(world, realDatasource('postgres', { selection, strategy }))
      onTestFinished(async () => {
        for (const writer of inside) await sessions[writer]!.unsafe('ROLLBACK')
      })
      const compare = async () => {
        const before = steps
        const { outcome, cause } = await takeOne(world)
        expect(outcome, `seed ${seed}: ${cause}`).toBe('done')
        // what is written while everything is read comes with the next one
        if (steps > before) return
        expect(await rowsOf(world), `seed ${seed}`).toEqual(await atSource(isFiltered ? 'chosen' : 'true'))
        compared++
      }
      for (let taken = 0; taken < 40; taken++) {
        if (random() < 0.12) await compare()
        else await step()
      }
      isQuiet = true
      for (const writer of inside) await sessions[writer]!.unsafe('COMMIT')
      inside.clear()
      await compare()
      await compare()
      await disk.dispose()
    }
    expect(compared).toBeGreaterThan(interleavings * 3)
  })
})
