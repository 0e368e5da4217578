import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { snapshotsOf, versionsOf } from '../../shared/ports/dataset-records.ts'
import { openVersion } from '../../shared/snapshots/read-version.ts'
import { sweepAttempts } from '../../shared/snapshots/sweep-attempts.ts'
import { testPostgres } from '../support/postgres.ts'
import { temporaryFolder } from '../support/world.ts'
import { placesOf, workInProcess } from './engine-process.ts'
import { askLedger, defineLedger, type LedgerAt, type LedgerWorld, ledgerWorld, readLines } from './ledger-world.ts'
import { accounts, makeAccounts } from './transfers.ts'

const server = await testPostgres()

/** `HEADGATE_KILLS` asks for more where there is time. */
const kills = Number(process.env.HEADGATE_KILLS ?? 16)

let folder: Awaited<ReturnType<typeof temporaryFolder>>
let at: LedgerAt
let world: LedgerWorld

beforeAll(async () => {
  folder = await temporaryFolder()
  at = { folder: folder.path, port: server.port, ...server.reader, partitionBytes: 128 << 10 }
  world = ledgerWorld(at)
  await defineLedger(world, at)
  await makeAccounts(server)
})
afterAll(async () => {
  world.close()
  await folder.dispose()
})

/** What readers see is whole, and there is nothing that no version names but what the snapshot under way may still need. */
async function checkReaders(versions: number): Promise<void> {
  const { entries } = await world.catalog.list(versionsOf('accounts'), { limit: 1000 })
  expect(entries.length).toBe(versions)
  if (versions === 0) return
  const lines = await readLines(world)
  expect([lines.length, new Set(lines.map((line) => line.split(',')[0])).size]).toEqual([accounts, accounts])
}

describe('a worker that is killed', () => {
  it(`at ${kills} of its places leaves nothing partial, loses nothing, and one sweep leaves no orphan`, {
    timeout: 120_000 + kills * 10_000,
  }, async () => {
    // a worker that lives tells where there is something to be killed
    const first = await workInProcess({ at, id: await askLedger(world), dies: null })
    expect(first.outcome).toBe('done')
    const places = placesOf(first.places!)
    expect(new Set(places.map(({ place }) => place)).size).toBeGreaterThanOrEqual(16)
    let versions = 1
    let killed = 0
    for (let n = 0; killed < kills; n++) {
      const id = await askLedger(world)
      const dies = places[Math.floor((n * places.length) / Math.min(kills, places.length)) % places.length]!
      const died = await workInProcess({ at, id, dies })
      if (died.signal === 'SIGKILL') killed++
      const hasEnded = (await world.catalog.get(snapshotsOf('accounts'), id))!.value.state === 'done'
      await checkReaders(hasEnded ? versions + 1 : versions)
      for (let tries = 0; tries < 50; tries++) {
        if ((await world.catalog.get(snapshotsOf('accounts'), id))!.value.state === 'done') break
        await workInProcess({ at, id, dies: null })
      }
      const record = (await world.catalog.get(snapshotsOf('accounts'), id))!.value
      expect(record.state, `${JSON.stringify(dies)} ${JSON.stringify(record)}`).toBe('done')
      versions++
      await checkReaders(versions)
      expect(record).toMatchObject({ state: 'done', version: versions })
    }
    await sweepAttempts(world, { olderThanMs: 0 })
    const named = new Set<string>()
    for (let version = 1; version <= versions; version++) {
      const { entries } = await world.catalog.list(versionsOf('accounts'), { limit: 1000 })
      named.add(entries[version - 1]!.value.manifest)
      for (const { key } of (await openVersion(world, 'accounts', { version })).parts) named.add(key)
    }
    const left: string[] = []
    for (let after: string | undefined; ; ) {
      const page = await world.objects.list('', { limit: 1000, ...(after !== undefined && { after }) })
      left.push(...page.objects.map(({ key }) => key).filter((key) => !named.has(key)))
      if (page.next === null) break
      after = page.next
    }
    expect(left).toEqual([])
  })
})
