import { afterAll, beforeAll, expect, it } from 'vitest'
import { versionsOf } from '../../shared/ports/dataset-records.ts'
import { openVersion } from '../../shared/snapshots/read-version.ts'
import { findSnapshot } from '../../shared/snapshots/run-record.ts'
import { sweepAttempts } from '../../shared/snapshots/sweep-attempts.ts'
import { testPostgres } from '../support/postgres.ts'
import { temporaryFolder } from '../support/world.ts'
import { placesOf, workInProcess } from './engine-process.ts'
import { listKeys } from './lab-world.ts'
import { askLedgers, defineLedger, type LedgerAt, type LedgerWorld, ledgerWorld, readLines } from './ledger-world.ts'
import { accounts, balance, makeAccounts, startTransfers } from './transfers.ts'

const server = await testPostgres()
const tables = ['accounts', 'savings'] as const

/** `HEADGATE_KILLS` asks for more where there is time. */
const kills = Number(process.env.HEADGATE_KILLS ?? 5)

let folder: Awaited<ReturnType<typeof temporaryFolder>>
let at: LedgerAt
let world: LedgerWorld

beforeAll(async () => {
  folder = await temporaryFolder()
  at = { folder: folder.path, port: server.port, ...server.reader, partitionBytes: 256 << 10 }
  world = ledgerWorld(at)
  await defineLedger(world, at, { tables })
  for (const table of tables) await makeAccounts(server, table)
})
afterAll(async () => {
  world.close()
  await folder.dispose()
})

/** So many groups are there as a whole, each with the sum that there always was. */
async function checkReaders(versions: number): Promise<void> {
  const lists = await Promise.all(tables.map((table) => world.catalog.list(versionsOf(table), { limit: 1000 })))
  const groups = lists.map(({ entries }) => entries.map(({ value }) => value.group))
  expect(groups[0]).toHaveLength(versions)
  expect(groups[1]).toEqual(groups[0])
  if (versions === 0) return
  const lines = (await Promise.all(tables.map((table) => readLines(world, table, { version: versions })))).flat()
  const sum = lines.reduce((all, line) => all + Number(line.split(',')[1]), 0)
  expect([lines.length, sum]).toEqual([2 * accounts, 2 * accounts * balance])
}

it(`a group whose worker is killed at ${kills} of its places is there as a whole or not, and never of two moments`, {
  timeout: 120_000 + kills * 10_000,
}, async () => {
  const transfers = startTransfers(server, { tables: [...tables] })
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
      await checkReaders((await isDone()) ? n + 2 : n + 1)
      for (let tries = 0; tries < 50 && !(await isDone()); tries++) await workInProcess({ at, id: other, dies: null })
      await checkReaders(n + 2)
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
  }
})
