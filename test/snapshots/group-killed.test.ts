import { it } from 'vitest'
import { testPostgres } from '../support/postgres.ts'
import { killGroups } from './kill-groups.ts'
import { ledgerLab } from './ledger-lab.ts'
import { postgresBank } from './transfers.ts'

const tables = ['accounts', 'savings'] as const
const bank = postgresBank(await testPostgres())
const lab = ledgerLab(bank, tables, 256 << 10)

/** `HEADGATE_KILLS` asks for more where there is time. */
const kills = Number(process.env.HEADGATE_KILLS ?? 5)

it(
  `a group whose worker is killed at ${kills} of its places is there as a whole or not, and never of two moments`,
  {
    timeout: 120_000 + kills * 10_000,
  },
  () => killGroups(bank, lab.at('killed'), tables, kills),
)
