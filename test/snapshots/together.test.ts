import { expect, it } from 'vitest'
import type { Extract } from '../../shared/connectors/kind.ts'
import { openVersion } from '../../shared/snapshots/read-version.ts'
import { findSnapshot } from '../../shared/snapshots/run-record.ts'
import { describeMariadb } from '../support/mariadb.ts'
import { killGroups } from './kill-groups.ts'
import { listKeys } from './lab-world.ts'
import { isWhole, ledgerLab } from './ledger-lab.ts'
import { askLedger, askLedgers, defineLedger, type LedgerWorld, ledgerWorld, type Spoil } from './ledger-world.ts'
import { mariadbBank } from './transfers.ts'

const tables = ['accounts', 'savings'] as const

/** `HEADGATE_MOMENTS` and `HEADGATE_KILLS` ask for more where there is time. */
const runs = Number(process.env.HEADGATE_MOMENTS ?? 4)
const kills = Number(process.env.HEADGATE_KILLS ?? 2)

/** Has `between` run once the first of what is read together has been read. */
const interrupted =
  (between: () => Promise<unknown>): Spoil =>
  (connection) => ({
    ...connection,
    together: async (selections) =>
      (async function* (): AsyncGenerator<Extract> {
        let read = 0
        for await (const extract of await connection.together!(selections)) {
          yield extract
          if (++read === 1) await between()
        }
      })(),
  })

describeMariadb('a group of a source where no two connections share a moment', (server) => {
  const bank = mariadbBank(server)
  const lab = ledgerLab(bank, tables, 1 << 30)
  const { within, take, takeTogether, countWrong } = lab

  it(`is of one moment in ${runs} of ${runs} runs while money is moved between its tables, by one connection`, {
    timeout: 60_000 + runs * 5000,
  }, async () => {
    const check = async (world: LedgerWorld) => {
      expect(await countWrong(world, runs)).toBe(0)
      const [a, b] = await Promise.all(tables.map((table) => openVersion(world, table)))
      expect([a!.consistency, b!.consistency]).toEqual(['snapshot', 'snapshot'])
      expect(a!.group!.snapshots).toEqual([a!.snapshot, b!.snapshot])
      expect(b!.group).toEqual(a!.group)
      expect(a!.group!.moment < a!.published).toBe(true)
    }
    await within('right', check, undefined, { budget: 1 })
  })

  it('and it shows where each is taken for itself, or on a connection of its own', async () => {
    const apart = async (world: LedgerWorld) => {
      for (const table of tables) await take(world, await askLedger(world, table))
    }
    await within('apart', async (world) => expect(await countWrong(world, 3, apart)).toBeGreaterThan(0))
    const several: Spoil = (connection) => ({
      ...connection,
      together: async (selections) =>
        (async function* () {
          for (const selection of selections) yield await connection.extract(selection)
        })(),
    })
    await within('several', async (world) => expect(await countWrong(world, 3)).toBeGreaterThan(0), several)
  })

  const refill = 'INSERT INTO savings SELECT * FROM kept; DROP TABLE kept'
  it.each([
    ['its session is ended', '', 'again'],
    ['a table is built anew', 'ALTER TABLE savings ADD COLUMN note int, ALGORITHM=COPY', 'anew'],
    ['a table is emptied and filled', `CREATE TABLE kept SELECT * FROM savings; TRUNCATE savings; ${refill}`, 'anew'],
    [
      'a table is replaced',
      `CREATE TABLE kept LIKE savings; INSERT INTO kept SELECT * FROM savings;
      DROP TABLE savings; RENAME TABLE kept TO savings`,
      'anew',
    ],
    // the server reads the old rows by the new columns, where it can
    ['a table has a column less at once', 'ALTER TABLE savings DROP COLUMN note, ALGORITHM=INSTANT', 'on'],
  ])('is of one moment where %s between its tables', async (_, sql, goes) => {
    let left = 1
    const between = async () => {
      if (left-- !== 1) return
      const sessions = await server.sql("SELECT ID FROM information_schema.PROCESSLIST WHERE USER = 'reader'")
      await server.sql(sql === '' ? sessions.map(([id]) => `KILL ${id}`).join('; ') : sql)
    }
    const check = async (world: LedgerWorld) => {
      const transfers = bank.startTransfers([tables[0]])
      const ids = await askLedgers(world, tables)
      await take(world, ids[0]).finally(() => transfers.stop())
      expect(await isWhole(world, tables)).toBe(true)
      const attempts = await Promise.all(ids.map(async (id) => (await findSnapshot(world, id)).value.attempt))
      expect(attempts).toEqual(goes === 'anew' ? [2, 2] : [1, 1])
      for (const table of tables)
        for (const { key } of (await openVersion(world, table)).parts)
          expect(key.includes('/part-2/'), key).toBe(goes === 'again')
    }
    await within('between', check, interrupted(between))
  })

  it(
    `whose worker is killed at ${kills} of its places is there as a whole or not`,
    {
      timeout: 120_000 + kills * 10_000,
    },
    () => killGroups(bank, lab.at('killed'), tables, kills),
  )

  it('is refused before anything is copied where a table shows no moment, or all are too much for one worker', async () => {
    const fault = async (world: LedgerWorld) => {
      const [id] = await askLedgers(world, tables)
      await take(world, id).catch(() => {})
      return (await findSnapshot(world, id)).value.error
    }
    await server.sql('CREATE TABLE plain (id int) ENGINE=MyISAM; ALTER TABLE savings ENGINE=MyISAM')
    try {
      await within('plain', async (world) => {
        expect(await fault(world)).toMatchObject({
          code: 'not-offered',
          detail: expect.stringContaining('kept by MyISAM'),
        })
        expect(await listKeys(world)).toEqual([])
      })
    } finally {
      await server.sql('ALTER TABLE savings ENGINE=InnoDB; DROP TABLE plain')
    }
    const [row] = await server.sql(`SELECT SUM(DATA_LENGTH + INDEX_LENGTH), MAX(DATA_LENGTH + INDEX_LENGTH)
      FROM information_schema.TABLES WHERE TABLE_SCHEMA = 'warehouse'`)
    const [all, largest] = row!.map(Number) as [number, number]
    for (const [partitionBytes, detail] of [
      [all - 1, 'Together they are'],
      [largest - 1, 'longer to read'],
    ] as const) {
      const at = { ...lab.at(`up-to-${partitionBytes}`), partitionBytes }
      const world = ledgerWorld(at)
      await defineLedger(world, at, { tables })
      expect(await fault(world)).toMatchObject({ code: 'too-large', detail: expect.stringContaining(detail) })
      world.close()
    }
    await within('right', takeTogether)
  })
})
