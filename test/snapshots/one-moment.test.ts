import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { snapshotsOf } from '../../shared/ports/dataset-records.ts'
import { steadyPace } from '../../shared/snapshots/pace.ts'
import { findVersion, openVersion } from '../../shared/snapshots/read-version.ts'
import { requestCancel } from '../../shared/snapshots/request-cancel.ts'
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
async function within<T>(name: string, use: (world: LedgerWorld) => Promise<T>, spoil?: Spoil, budget = 4): Promise<T> {
  const own = { ...at, folder: join(folder.path, name) }
  const world = ledgerWorld(own, spoil)
  try {
    await defineLedger(world, own, { budget })
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
    await within('alone', async (world) => expect(await countWrong(world, 3)).toBe(0), undefined, 1)
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
