import { describe, expect, it } from 'vitest'
import { openVersion } from '../../shared/snapshots/read-version.ts'
import { requestCancel } from '../../shared/snapshots/request-cancel.ts'
import { findSnapshot } from '../../shared/snapshots/run-record.ts'
import { takeSnapshot } from '../../shared/snapshots/take-snapshot.ts'
import { testPostgres } from '../support/postgres.ts'
import { ledgerLab } from './ledger-lab.ts'
import { askLedger, defineLedger, type LedgerWorld, ledgerWorld, readLines, type Spoil } from './ledger-world.ts'
import { accounts, postgresBank } from './transfers.ts'

const server = await testPostgres()
const bank = postgresBank(server)
const lab = ledgerLab(bank, ['accounts'], 64 << 10)
const { within, take } = lab

/** `HEADGATE_MOMENTS` asks for more where there is time. */
const runs = Number(process.env.HEADGATE_MOMENTS ?? 30)

const alone = async (world: LedgerWorld) => take(world, await askLedger(world))
const countWrong = (world: LedgerWorld, times: number) => lab.countWrong(world, times, alone)

describe('the partitions of a version are of one moment', () => {
  it(`in ${runs} of ${runs} runs while money is moved`, { timeout: 60_000 + runs * 5000 }, async () => {
    await within('right', async (world) => {
      expect(await countWrong(world, runs)).toBe(0)
      const manifest = await openVersion(world, 'accounts')
      expect(manifest.consistency).toBe('snapshot')
      expect(manifest.parts.length).toBeGreaterThan(6)
    })
  })

  it('and it shows where each partition is of its own moment', async () => {
    const apart: Spoil = (connection) => ({ ...connection, extract: (of, part) => connection.extract(of, part) })
    await within('wrong', async (world) => expect(await countWrong(world, 10)).toBeGreaterThan(3), apart)
  })

  it('a source that shares no moment is read by one partition', async () => {
    const none: Spoil = (connection) => ({ ...connection, hold: async () => null })
    await within('none', async (world) => expect(await countWrong(world, 3)).toBe(0), none)
    await within('alone', async (world) => expect(await countWrong(world, 3)).toBe(0), undefined, { budget: 1 })
  })

  it('and one whose kind has no views says that its partitions are of several', async () => {
    const old: Spoil = ({ hold: _, ...connection }) => connection
    await within(
      'old',
      async (world) => {
        await alone(world)
        expect(await openVersion(world, 'accounts')).toMatchObject({ consistency: 'none', rows: accounts })
      },
      old,
    )
  })
})

describe('the partitions with which an increment begins', () => {
  // every other version is read whole
  const strategy = { kind: 'incremental', mode: 'merge', deletes: false, fullEvery: 1 } as const
  const times = Math.ceil(runs / 5)

  it(`are of one moment, and so is what goes on from them, in ${times} of ${times} runs while money is moved`, {
    timeout: 60_000 + runs * 5000,
  }, async () => {
    const whole = async (world: LedgerWorld) => {
      expect(await countWrong(world, times)).toBe(0)
      const versions = await Promise.all([1, 2].map((version) => openVersion(world, 'accounts', { version })))
      expect(versions.map(({ consistency }) => consistency)).toEqual(['snapshot', 'snapshot'])
      expect(versions.map(({ increment }) => increment?.since)).toEqual([null, 1])
      expect(versions[0]!.parts.length).toBeGreaterThan(6)
      await alone(world)
      const rows = await server.sql('SELECT id, balance FROM accounts ORDER BY id')
      const read = (await readLines(world)).map((line) => line.split(',').slice(0, 2).map(Number))
      expect(read.sort(([a], [b]) => a! - b!)).toEqual(rows.map(({ id, balance }) => [id, balance]))
    }
    await within('begun', whole, undefined, { strategy })
  })

  it('are not published where they are of several', async () => {
    const apart: Spoil = (connection) => ({
      ...connection,
      increment: (of, ask, partition) => connection.increment!(of, ask, partition),
    })
    const refused = async (world: LedgerWorld) => {
      const transfers = bank.startTransfers(['accounts'])
      try {
        const id = await askLedger(world)
        await expect(take(world, id)).rejects.toThrow('failed')
        expect((await findSnapshot(world, id)).value).toMatchObject({
          version: null,
          error: { code: 'source-changed' },
        })
      } finally {
        await transfers.stop()
      }
    }
    await within('several', refused, apart, { strategy })
  })

  it('may be one alone, where the source shares no moment', async () => {
    const none: Spoil = (connection) => ({ ...connection, hold: async () => null })
    await within('one', async (world) => expect(await countWrong(world, 2)).toBe(0), none, { strategy })
  })
})

it('cancelling ends what runs at the source, in all partitions', async () => {
  await server.sql(`
    CREATE FUNCTION slowly(int) RETURNS int STABLE LANGUAGE plpgsql AS 'BEGIN PERFORM pg_sleep(0.05); RETURN $1; END';
    CREATE VIEW slow AS SELECT id, balance, filler, slowly(id) AS slept FROM accounts;
    GRANT SELECT ON slow TO reader`)
  const own = lab.at('slow')
  const world = ledgerWorld(own)
  const running = async () => {
    const [row] = await server.sql(`SELECT count(*)::int AS n FROM pg_stat_activity
      WHERE usename = 'reader' AND state = 'active' AND query LIKE '%slow%'`)
    return row!.n as number
  }
  try {
    await defineLedger(world, own, { tables: ['slow'], key: 'id' })
    const id = await askLedger(world, 'slow')
    const taking = takeSnapshot(world, id, new AbortController().signal)
    await expect.poll(running, { timeout: 30_000 }).toBe(3)
    await requestCancel(world, id)
    await expect.poll(running, { timeout: 10_000 }).toBe(0)
    expect((await taking).outcome).toBe('cancelled')
  } finally {
    world.close()
  }
})
