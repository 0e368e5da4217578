import { describe, expect, it } from 'vitest'
import { openVersion } from '../../shared/snapshots/read-version.ts'
import { testPostgres } from '../support/postgres.ts'
import { ledgerLab } from './ledger-lab.ts'
import { askLedger, type LedgerWorld, type Spoil } from './ledger-world.ts'
import { postgresBank } from './transfers.ts'

const tables = ['accounts', 'savings'] as const
const { within, take, countWrong } = ledgerLab(postgresBank(await testPostgres()), tables, 256 << 10)

/** `HEADGATE_MOMENTS` asks for more where there is time. */
const runs = Number(process.env.HEADGATE_MOMENTS ?? 6)

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
      for (const table of tables) await take(world, await askLedger(world, table))
    }
    await within('apart', async (world) => expect(await countWrong(world, 4, apart)).toBeGreaterThan(1))
    const blind: Spoil = (connection) => ({ ...connection, extract: (of, part) => connection.extract(of, part) })
    await within('blind', async (world) => expect(await countWrong(world, 4)).toBeGreaterThan(1), blind)
  })
})
