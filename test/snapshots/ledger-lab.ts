import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect } from 'vitest'
import type { Strategy } from '../../shared/domain/datasource.ts'
import { steadyPace } from '../../shared/snapshots/pace.ts'
import type { WhichVersion } from '../../shared/snapshots/read-version.ts'
import { takeSnapshot } from '../../shared/snapshots/take-snapshot.ts'
import { temporaryFolder } from '../support/world.ts'
import {
  askLedgers,
  defineLedger,
  type LedgerAt,
  type LedgerWorld,
  ledgerWorld,
  readLines,
  type Spoil,
} from './ledger-world.ts'
import { accounts, type Bank, balance } from './transfers.ts'

const never = new AbortController().signal
const pace = { ...steadyPace, heartbeatMs: 50 }

export interface LedgerLab {
  /** What a world of its own is made of, in a folder of that name. */
  at(name: string): LedgerAt
  /** Runs `use` in a world of its own, in which the tables are datasources. */
  within<T>(
    name: string,
    use: (world: LedgerWorld) => Promise<T>,
    spoil?: Spoil,
    settings?: { readonly budget?: number; readonly strategy?: Strategy },
  ): Promise<T>
  /** Takes a snapshot, or the group of it, that must come to a version. */
  take(world: LedgerWorld, id: string): Promise<void>
  /** Takes all tables as of one moment. */
  takeTogether(world: LedgerWorld): Promise<void>
  /**
   * Takes the tables while money is moved within and between them: how often they had another sum, or other accounts, than
   * there ever were.
   */
  countWrong(world: LedgerWorld, times: number, take?: (world: LedgerWorld) => Promise<void>): Promise<number>
}

/** Tables of accounts at a server, and worlds that copy them, for the tests of a file. */
export function ledgerLab(bank: Bank, tables: readonly string[], partitionBytes: number): LedgerLab {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>
  beforeAll(async () => {
    folder = await temporaryFolder()
    for (const table of tables) await bank.makeAccounts(table)
  })
  afterAll(() => folder.dispose())

  const at = (name: string): LedgerAt => ({ ...bank.at, folder: join(folder.path, name), partitionBytes })
  const take = async (world: LedgerWorld, id: string) => {
    const { outcome, cause } = await takeSnapshot(world, id, never, pace)
    if (outcome !== 'done') throw new Error(`It ended as ${outcome}.`, { cause })
  }
  const takeTogether = async (world: LedgerWorld) => take(world, (await askLedgers(world, tables))[0])
  return {
    at,
    take,
    takeTogether,
    async within(name, use, spoil, settings) {
      const own = at(name)
      const world = ledgerWorld(own, spoil)
      try {
        await defineLedger(world, own, { tables, ...settings })
        return await use(world)
      } finally {
        world.close()
        await rm(own.folder, { recursive: true, force: true })
      }
    },
    async countWrong(world, times, take = takeTogether) {
      const transfers = bank.startTransfers(tables)
      let wrong = 0
      try {
        for (let n = 0; n < times; n++) {
          await take(world)
          if (!(await isWhole(world, tables))) wrong++
        }
        expect(transfers.made()).toBeGreaterThan(times)
      } finally {
        await transfers.stop()
      }
      return wrong
    },
  }
}

/** Whether versions of all tables have each account once, and the sum that there always was. */
export async function isWhole(world: LedgerWorld, tables: readonly string[], which?: WhichVersion): Promise<boolean> {
  const of = async (table: string) => (await readLines(world, table, which)).map((line) => line.split(','))
  const lists = await Promise.all(tables.map(of))
  const sum = lists.flat().reduce((all, [, money]) => all + Number(money), 0)
  const isEach = lists.every((list) => list.length === accounts && new Set(list.map(([id]) => id)).size === accounts)
  return isEach && sum === tables.length * accounts * balance
}
