import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Strategy } from '../../shared/domain/datasource.ts'
import { steadyPace } from '../../shared/snapshots/pace.ts'
import { openVersion } from '../../shared/snapshots/read-version.ts'
import { requestCancel } from '../../shared/snapshots/request-cancel.ts'
import { findSnapshot } from '../../shared/snapshots/run-record.ts'
import { takeSnapshot } from '../../shared/snapshots/take-snapshot.ts'
import { testPostgres } from '../support/postgres.ts'
import { temporaryFolder } from '../support/world.ts'
import {
  askLedger,
  defineLedger,
  type LedgerAt,
  type LedgerWorld,
  ledgerWorld,
  readLines,
  type Spoil,
} from './ledger-world.ts'
import { accounts, balance, makeAccounts, startTransfers } from './transfers.ts'

const server = await testPostgres()
const never = new AbortController().signal
const pace = { ...steadyPace, heartbeatMs: 50 }

/** `HEADGATE_MOMENTS` asks for more where there is time. */
const runs = Number(process.env.HEADGATE_MOMENTS ?? 30)

let folder: Awaited<ReturnType<typeof temporaryFolder>>
let at: LedgerAt

beforeAll(async () => {
  folder = await temporaryFolder()
  at = { folder: folder.path, port: server.port, ...server.reader, partitionBytes: 64 << 10 }
  await makeAccounts(server)
})
afterAll(() => folder.dispose())

/** A world of its own, in which `use` is run. */
async function within<T>(
  name: string,
  use: (world: LedgerWorld) => Promise<T>,
  spoil?: Spoil,
  { budget = 4, strategy = 'full' }: { readonly budget?: number; readonly strategy?: Strategy } = {},
): Promise<T> {
  const own = { ...at, folder: join(folder.path, name) }
  const world = ledgerWorld(own, spoil)
  try {
    await defineLedger(world, own, { budget, strategy })
    return await use(world)
  } finally {
    world.close()
    await rm(own.folder, { recursive: true, force: true })
  }
}

/** Takes snapshots while money is moved: how many had another sum, or another number of accounts, than there ever was. */
async function countWrong(world: LedgerWorld, times: number): Promise<number> {
  const transfers = startTransfers(server)
  let wrong = 0
  try {
    for (let n = 0; n < times; n++) {
      const { outcome, cause } = await takeSnapshot(world, await askLedger(world), never, pace)
      if (outcome !== 'done') throw new Error(`It ended as ${outcome}.`, { cause })
      const lines = (await readLines(world)).map((line) => line.split(','))
      const sum = lines.reduce((all, [, money]) => all + Number(money), 0)
      if (sum !== accounts * balance || new Set(lines.map(([id]) => id)).size !== accounts || lines.length !== accounts)
        wrong++
    }
    expect(transfers.made()).toBeGreaterThan(times)
  } finally {
    await transfers.stop()
  }
  return wrong
}

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
        await takeSnapshot(world, await askLedger(world), never, pace)
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
      await takeSnapshot(world, await askLedger(world), never, pace)
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
      const transfers = startTransfers(server)
      try {
        const id = await askLedger(world)
        expect((await takeSnapshot(world, id, never, pace)).outcome).toBe('failed')
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
  const own = { ...at, folder: join(folder.path, 'slow'), partitionBytes: 64 << 10 }
  const world = ledgerWorld(own)
  const running = async () => {
    const [row] = await server.sql(`SELECT count(*)::int AS n FROM pg_stat_activity
      WHERE usename = 'reader' AND state = 'active' AND query LIKE '%slow%'`)
    return row!.n as number
  }
  try {
    await defineLedger(world, own, { tables: ['slow'], key: 'id' })
    const id = await askLedger(world, 'slow')
    const taking = takeSnapshot(world, id, never)
    await expect.poll(running, { timeout: 30_000 }).toBe(3)
    await requestCancel(world, id)
    await expect.poll(running, { timeout: 10_000 }).toBe(0)
    expect((await taking).outcome).toBe('cancelled')
  } finally {
    world.close()
  }
})
