import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { steadyPace } from '../../shared/snapshots/pace.ts'
import { openVersion } from '../../shared/snapshots/read-version.ts'
import { takeSnapshot } from '../../shared/snapshots/take-snapshot.ts'
import { testPostgres } from '../support/postgres.ts'
import { temporaryFolder } from '../support/world.ts'
import {
  askLedger,
  askLedgers,
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
const tables = ['accounts', 'savings'] as const

/** `HEADGATE_MOMENTS` asks for more where there is time. */
const runs = Number(process.env.HEADGATE_MOMENTS ?? 6)

let folder: Awaited<ReturnType<typeof temporaryFolder>>
let at: LedgerAt

beforeAll(async () => {
  folder = await temporaryFolder()
  at = { folder: folder.path, port: server.port, ...server.reader, partitionBytes: 256 << 10 }
  for (const table of tables) await makeAccounts(server, table)
})
afterAll(() => folder.dispose())

async function within<T>(name: string, use: (world: LedgerWorld) => Promise<T>, spoil?: Spoil): Promise<T> {
  const own = { ...at, folder: join(folder.path, name) }
  const world = ledgerWorld(own, spoil)
  try {
    await defineLedger(world, own, { tables })
    return await use(world)
  } finally {
    world.close()
    await rm(own.folder, { recursive: true, force: true })
  }
}

async function done(world: LedgerWorld, id: string): Promise<void> {
  const { outcome, cause } = await takeSnapshot(world, id, never, pace)
  if (outcome !== 'done') throw new Error(`It ended as ${outcome}.`, { cause })
}

const together = async (world: LedgerWorld) => done(world, (await askLedgers(world, tables))[0])

/** Takes both tables while money is moved within and between them: how often they had another sum than there ever was. */
async function countWrong(world: LedgerWorld, times: number, take = together): Promise<number> {
  const transfers = startTransfers(server, { tables: [...tables] })
  let wrong = 0
  try {
    for (let n = 0; n < times; n++) {
      await take(world)
      const lines = (await Promise.all(tables.map((table) => readLines(world, table)))).flat()
      const sum = lines.reduce((all, line) => all + Number(line.split(',')[1]), 0)
      if (sum !== 2 * accounts * balance || lines.length !== 2 * accounts) wrong++
    }
    expect(transfers.made()).toBeGreaterThan(times)
  } finally {
    await transfers.stop()
  }
  return wrong
}

describe('the snapshots of a group are of one moment', () => {
  it(`in ${runs} of ${runs} runs while money is moved between their tables`, {
    timeout: 60_000 + runs * 5000,
  }, async () => {
    await within('right', async (world) => {
      expect(await countWrong(world, runs)).toBe(0)
      const [a, b] = await Promise.all(tables.map((table) => openVersion(world, table)))
      expect(a!.parts.length).toBeGreaterThan(1)
      expect([a!.consistency, b!.consistency]).toEqual(['snapshot', 'snapshot'])
      expect(a!.group!.snapshots).toEqual([a!.snapshot, b!.snapshot])
      expect(b!.group).toEqual(a!.group)
      expect(b!.published).toBe(a!.published)
    })
  })

  it('and it shows where each is taken for itself, or reads by no view', async () => {
    const apart = async (world: LedgerWorld) => {
      for (const table of tables) await done(world, await askLedger(world, table))
    }
    await within('apart', async (world) => expect(await countWrong(world, 4, apart)).toBeGreaterThan(1))
    const blind: Spoil = (connection) => ({ ...connection, extract: (of, part) => connection.extract(of, part) })
    await within('blind', async (world) => expect(await countWrong(world, 4)).toBeGreaterThan(1), blind)
  })
})
