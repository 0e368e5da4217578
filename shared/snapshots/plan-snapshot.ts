import type { Partition } from '../connectors/kind.ts'
import type { DatasourceRecord } from '../domain/datasource.ts'
import { Fault } from '../domain/faults.ts'
import { datasources } from '../ports/dataset-records.ts'
import type { World } from '../ports/index.ts'
import { goesOn } from './continue-version.ts'
import { basisOf, fingerprintOf } from './fingerprint.ts'
import { attemptPrefix, datasourceOf } from './keys.ts'
import { openDatasource } from './open-datasource.ts'
import { type Clock, instant } from './pace.ts'
import { type Claim, findSnapshot } from './run-record.ts'

/** What an attempt is going to copy, and where to. Plain JSON. */
export interface Plan {
  readonly claim: Claim
  readonly datasource: DatasourceRecord
  readonly requestedBy: string
  readonly acceptDrift: boolean
  /** Whether everything is read, whatever the strategy is. */
  readonly full: boolean
  /** Keys of everything that the attempt writes begin with it. */
  readonly prefix: string
  readonly started: string
  readonly fingerprint: string | null
  /** Digest of what decides how it is copied. */
  readonly basis: string
  /** None where the strategy goes on from the version before: that asks the source as it goes. */
  readonly partitions: readonly Partition[]
}

/** Asks the source how the extraction is split. Faults: not-found, and those of the source. */
export async function planSnapshot(
  world: World<{ catalog: 'read'; sources: 'open' }>,
  claim: Claim,
  { clock, signal }: { clock: Clock; signal: AbortSignal },
): Promise<Plan> {
  const name = datasourceOf(claim.snapshot)
  const started = instant(clock.now())
  const { requestedBy, acceptDrift, full } = (await findSnapshot(world, claim.snapshot)).value
  const entry = await world.catalog.get(datasources, name)
  if (entry === undefined) throw new Fault('not-found', `There is no datasource ${name} any more.`)
  const opened = await openDatasource(world, entry.value, signal)
  const { connection, selection } = opened
  try {
    const fingerprint = await fingerprintOf(opened, entry.value)
    const partitions = goesOn({ datasource: entry.value }) ? [] : await connection.plan(selection)
    const prefix = attemptPrefix(name, claim.snapshot, claim.attempt)
    const basis = basisOf(opened.record, entry.value)
    const asked = { requestedBy, acceptDrift, full }
    return { claim, datasource: entry.value, ...asked, prefix, started, fingerprint, basis, partitions }
  } finally {
    await connection.close()
  }
}

/** Rows expected in all; null where a partition does not know. */
export function estimateOf(partitions: readonly Partition[]): number | null {
  if (partitions.length === 0) return null
  let rows = 0
  for (const { estimate } of partitions) {
    if (estimate === null) return null
    rows += estimate
  }
  return rows
}
