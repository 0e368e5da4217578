import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { localCatalog } from '../../shared/adapters/local/catalog.ts'
import { localObjects } from '../../shared/adapters/local/objects.ts'
import { localSecrets } from '../../shared/adapters/local/secrets.ts'
import { createSources } from '../../shared/adapters/sources.ts'
import type { AnyKind, Connection } from '../../shared/connectors/kind.ts'
import mysql from '../../shared/connectors/mysql/kind.ts'
import { openMysql } from '../../shared/connectors/mysql/open.ts'
import postgres from '../../shared/connectors/postgres/kind.ts'
import { openPostgres } from '../../shared/connectors/postgres/open.ts'
import { Name } from '../../shared/domain/connector.ts'
import type { Strategy } from '../../shared/domain/datasource.ts'
import { snapshotsOf } from '../../shared/ports/dataset-records.ts'
import type { World } from '../../shared/ports/index.ts'
import { newSnapshotId } from '../../shared/snapshots/keys.ts'
import { newGroup } from '../../shared/snapshots/new-group.ts'
import { openVersion, type WhichVersion } from '../../shared/snapshots/read-version.ts'
import { createConnector } from '../../shared/usecases/create-connector.ts'
import { createDatasource } from '../../shared/usecases/create-datasource.ts'
import { loopbackEgress } from '../support/loopback-egress.ts'
import { pendingSnapshot } from './lab-source.ts'
import { readText } from './lab-world.ts'

export interface LedgerAt {
  /** PostgreSQL, where nothing is said. */
  readonly kind?: 'postgres' | 'mysql'
  readonly folder: string
  readonly port: number
  readonly user: string
  readonly password: string
  readonly partitionBytes: number
}

/** How each kind is opened, with partitions of so many bytes: MySQL makes some of what is larger than the largest whole. */
const kinds = {
  postgres: {
    kind: postgres,
    database: 'postgres',
    open: (at: OpenAtOf<typeof postgres>, partitionBytes: number) => openPostgres(at, { ...bounds, partitionBytes }),
  },
  mysql: {
    kind: mysql,
    database: 'warehouse',
    open: (at: OpenAtOf<typeof mysql>, wholeBytes: number) => openMysql(at, { ...bounds, wholeBytes }),
  },
} as const
type OpenAtOf<K extends { open(at: never): unknown }> = Parameters<K['open']>[0]
const bounds = { cellBytes: 1 << 20, queryTimeoutMs: 60_000 }

export type Spoil = (connection: Connection) => Connection

/** The disk world in a folder, with one kind, whose partitions are small. */
export function ledgerWorld(
  { kind = 'postgres', folder, partitionBytes }: LedgerAt,
  spoil: Spoil = (connection) => connection,
) {
  mkdirSync(folder, { recursive: true })
  const catalog = localCatalog({ file: join(folder, 'catalog.sqlite') })
  const secrets = localSecrets({ folder: join(folder, 'secrets'), keyFile: join(folder, 'key') })
  const objects = localObjects({
    folder: join(folder, 'objects'),
    linkBase: 'http://127.0.0.1',
    linkKey: Buffer.alloc(32),
  })
  const of = kinds[kind]
  const open = async (at: never) => spoil((await of.open(at, partitionBytes)) as never)
  const own = { ...of.kind, open } as unknown as AnyKind
  const sources = createSources({ catalog, secrets, egress: loopbackEgress(), kinds: [own] })
  return { catalog, secrets, objects, sources, close: () => catalog.close() }
}

export type LedgerWorld = ReturnType<typeof ledgerWorld>

const call = {
  caller: { id: 'test', role: 'admin' as const },
  signal: new AbortController().signal,
  requestId: 'test',
  accept: undefined,
  expected: undefined,
}

/** The connector `bank` and a datasource for each table, under the table's name. */
export async function defineLedger(
  world: LedgerWorld,
  { kind = 'postgres', port, user, password }: LedgerAt,
  {
    tables = ['accounts'],
    key,
    budget = 4,
    strategy = 'full',
  }: { tables?: readonly string[]; key?: string; budget?: number; strategy?: Strategy } = {},
): Promise<void> {
  const config = { host: '127.0.0.1', port, database: kinds[kind].database, user, tls: 'disable' }
  const connector = { name: Name.parse('bank'), kind, config, credential: { password } }
  await createConnector(world, { ...call, body: { ...connector, allowQuery: false, allowWrite: false, budget } })
  for (const table of tables) {
    const kept = {
      compression: 'none',
      skipUnchanged: false,
      reuseUnchanged: false,
      priority: 0,
      retention: null,
    } as const
    const defaults = { strategy, drift: 'evolve', ...kept } as const
    const body = {
      name: Name.parse(table),
      connector: Name.parse('bank'),
      selection: { table, ...(key !== undefined && { key }) },
      format: 'csv',
    } as const
    await createDatasource(world, { ...call, body: { ...body, ...defaults } })
  }
}

/** Asks for a snapshot of a table: its id. */
export async function askLedger({ catalog }: World<{ catalog: 'write' }>, table = 'accounts'): Promise<string> {
  const datasource = Name.parse(table)
  const id = newSnapshotId(datasource)
  await catalog.write([{ create: snapshotsOf(table), id, value: { ...pendingSnapshot(id), datasource } }])
  return id
}

/** Asks for a group of tables: the ids of its snapshots. */
export async function askLedgers(
  { catalog }: World<{ catalog: 'write' }>,
  tables: readonly string[],
): Promise<readonly [string, ...string[]]> {
  const asked = { connector: Name.parse('bank'), requestedBy: 'test', acceptDrift: false }
  const { group, changes } = newGroup({ ...asked, datasources: tables.map((each) => Name.parse(each)) }, Date.now())
  await catalog.write(changes)
  return group.snapshots.map(({ id }) => id) as [string, ...string[]]
}

/** The lines of a version's CSV parts, without their headers. */
export async function readLines(world: LedgerWorld, dataset = 'accounts', which: WhichVersion = {}): Promise<string[]> {
  const { parts } = await openVersion(world, dataset, which)
  const lines: string[] = []
  for (const { key } of parts)
    lines.push(
      ...(await readText(world, key))
        .split(/\r?\n/)
        .slice(1)
        .filter((line) => line !== ''),
    )
  return lines
}
