import type { AnyKind } from '../../shared/connectors/kind.ts'
import { Name } from '../../shared/domain/connector.ts'
import type { DatasourceRecord } from '../../shared/domain/datasource.ts'
import { Fault } from '../../shared/domain/faults.ts'
import { snapshotsOf } from '../../shared/ports/dataset-records.ts'
import type { OpenSource, Sources } from '../../shared/ports/sources.ts'
import { type Pace, steadyPace } from '../../shared/snapshots/pace.ts'
import { scanVersion } from '../../shared/snapshots/read-rows.ts'
import { openVersion, type WhichVersion } from '../../shared/snapshots/read-version.ts'
import { takeSnapshot } from '../../shared/snapshots/take-snapshot.ts'
import { type Shown, showRows } from '../support/rows.ts'
import { labDatasource } from './lab-source.ts'
import { askSnapshot, type LabWorld } from './lab-world.ts'

const never = new AbortController().signal
const quick: Pace = { ...steadyPace, heartbeatMs: 1000 }

/** Sources with one connector, `real`, of a real kind. `config`: what its record says. */
export function realSources(
  kind: Pick<AnyKind, 'kind' | 'title' | 'capabilities' | 'config' | 'credential' | 'selection'>,
  open: (signal: AbortSignal) => Promise<OpenSource>,
  config: Record<string, unknown> = {},
): Sources {
  return {
    list: () => [kind],
    get: () => kind,
    async open(name, signal) {
      if (name !== 'real') throw new Fault('not-found', `There is no connector ${name}.`)
      const record = {
        uid: 'con_real',
        name: Name.parse('real'),
        title: 'Real',
        kind: kind.kind,
        config,
        allowQuery: false,
        allowWrite: false,
        budget: 4,
        created: '',
        updated: '',
        createdBy: 'test',
        hasCredential: true,
      }
      return { record, connection: await open(signal) }
    },
  }
}

/** The datasource `numbers` of that connector. */
export const realDatasource = (kind: string, more: Partial<DatasourceRecord>): DatasourceRecord => ({
  ...labDatasource('parquet'),
  connector: Name.parse('real'),
  kind,
  ...more,
})

/** Takes a snapshot of it: the record it ends with. */
export async function takeOne(world: LabWorld, more: { full?: boolean; acceptDrift?: boolean } = {}, pace = quick) {
  const id = await askSnapshot(world, more)
  const { outcome, cause } = await takeSnapshot(world, id, never, pace)
  return { outcome, cause, record: (await world.catalog.get(snapshotsOf('numbers'), id))!.value }
}

/** The rows of a version as texts, sorted. */
export async function rowsOf(world: LabWorld, which: WhichVersion = {}): Promise<Shown[][]> {
  const manifest = await openVersion(world, 'numbers', which)
  const rows = await showRows(scanVersion(world, manifest, { signal: never }))
  return sorted(rows)
}

export const sorted = (rows: readonly Shown[][]): Shown[][] =>
  rows.toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1))
