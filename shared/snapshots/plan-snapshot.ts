import type { Partition } from '../connectors/kind.ts'
import type { DatasourceRecord } from '../domain/datasource.ts'
import { Fault } from '../domain/faults.ts'
import { datasources } from '../ports/dataset-records.ts'
import type { World } from '../ports/index.ts'
import { fingerprintOf } from './fingerprint.ts'
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
  /** Keys of everything that the attempt writes begin with it. */
  readonly prefix: string
  readonly started: string
  readonly fingerprint: string | null
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
  const { requestedBy, acceptDrift } = (await findSnapshot(world, claim.snapshot)).value
  const entry = await world.catalog.get(datasources, name)
  if (entry === undefined) throw new Fault('not-found', `There is no datasource ${name} any more.`)
  const opened = await openDatasource(world, entry.value, signal)
  const { connection, selection } = opened
  try {
    const fingerprint = await fingerprintOf(opened, entry.value)
    const partitions = await connection.plan(selection)
    const prefix = attemptPrefix(name, claim.snapshot, claim.attempt)
    return { claim, datasource: entry.value, requestedBy, acceptDrift, prefix, started, fingerprint, partitions }
  } finally {
    await connection.close()
  }
}

/** Rows expected in all; null where a partition does not know. */
export function estimateOf(partitions: readonly Partition[]): number | null {
  let rows = 0
  for (const { estimate } of partitions) {
    if (estimate === null) return null
    rows += estimate
  }
  return rows
}
