import { expect } from 'vitest'
import { versionsOf } from '../../shared/ports/dataset-records.ts'
import { openVersion } from '../../shared/snapshots/read-version.ts'
import { findSnapshot } from '../../shared/snapshots/run-record.ts'
import { sweepAttempts } from '../../shared/snapshots/sweep-attempts.ts'
import { placesOf, workInProcess } from './engine-process.ts'
import { listKeys } from './lab-world.ts'
import { isWhole } from './ledger-lab.ts'
import { askLedgers, defineLedger, type LedgerAt, type LedgerWorld, ledgerWorld } from './ledger-world.ts'
import type { Bank } from './transfers.ts'

/** Kills so many workers at groups of those tables while money is moved: readers see groups as a whole, and nothing is left. */
export async function killGroups(bank: Bank, at: LedgerAt, tables: readonly string[], kills: number): Promise<void> {
  const world = ledgerWorld(at)
  await defineLedger(world, at, { tables })
  const transfers = bank.startTransfers(tables)
  try {
    const first = await workInProcess({ at, id: (await askLedgers(world, tables))[0], dies: null })
    expect(first.outcome).toBe('done')
    const places = placesOf(first.places!)
    let killed = 0
    for (let n = 0; killed < kills; n++) {
      const [one, other] = (await askLedgers(world, tables)) as readonly [string, string]
      const dies = places[Math.floor(((n + 0.5) * places.length) / Math.min(kills, places.length)) % places.length]!
      if ((await workInProcess({ at, id: one, dies })).signal === 'SIGKILL') killed++
      const isDone = async () => (await findSnapshot(world, other)).value.state === 'done'
      await checkReaders(world, tables, (await isDone()) ? n + 2 : n + 1)
      for (let tries = 0; tries < 50 && !(await isDone()); tries++) await workInProcess({ at, id: other, dies: null })
      await checkReaders(world, tables, n + 2)
    }
    await sweepAttempts(world, { olderThanMs: 0 })
    const named = new Set<string>()
    for (const table of tables)
      for (const { value } of (await world.catalog.list(versionsOf(table), { limit: 1000 })).entries) {
        named.add(value.manifest)
        for (const { key } of (await openVersion(world, table, { version: value.version })).parts) named.add(key)
      }
    expect((await listKeys(world)).filter((key) => !named.has(key))).toEqual([])
  } finally {
    await transfers.stop()
    world.close()
  }
}

/** So many groups are there as a whole, each with the sum that there always was. */
async function checkReaders(world: LedgerWorld, tables: readonly string[], versions: number): Promise<void> {
  const lists = await Promise.all(tables.map((table) => world.catalog.list(versionsOf(table), { limit: 1000 })))
  const groups = lists.map(({ entries }) => entries.map(({ value }) => value.group))
  expect(groups[0]).toHaveLength(versions)
  expect(groups[1]).toEqual(groups[0])
  if (versions > 0) expect(await isWhole(world, tables, { version: versions })).toBe(true)
}
