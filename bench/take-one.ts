import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import postgres from 'postgres'
import { Name } from '../shared/domain/connector.ts'
import type { DatasourceRecord } from '../shared/domain/datasource.ts'
import { takeSnapshot } from '../shared/snapshots/take-snapshot.ts'
import { createDatasource } from '../shared/usecases/create-datasource.ts'
import { createSnapshot } from '../shared/usecases/create-snapshot.ts'
import { call, diskWorld, makeConnector } from './disk-world.ts'

/**
 * One snapshot through the product's own use cases, on disk; tells how long it took and its peak memory. With `change` it
 * is the second of that datasource, taken after the first and that statement, which do not count.
 */
const at = JSON.parse(process.argv[2]!) as {
  kind?: 'postgres' | 'mysql'
  port: number
  database?: string
  password: string
  sql: string
  budget?: number
  datasource: Partial<DatasourceRecord>
  change?: string
}

const folder = await mkdtemp(join(tmpdir(), 'headgate-bench-'))
const { world, close } = diskWorld(folder, at.port)
try {
  await makeConnector(world, at)
  const selection = /^\w+$/.test(at.sql) ? { table: at.sql } : { sql: at.sql }
  const settings = {
    format: 'parquet',
    compression: 'none',
    strategy: 'full',
    drift: 'evolve',
    skipUnchanged: false,
    reuseUnchanged: false,
    priority: 0,
    retention: null,
    ...at.datasource,
  } as const
  const datasource = { connector: Name.parse('source'), selection, ...settings }
  await createDatasource(world, { ...call, body: { name: Name.parse('one'), ...datasource } })
  if (at.change !== undefined) {
    await take()
    const sql = postgres({
      host: '127.0.0.1',
      port: at.port,
      database: 'postgres',
      user: 'bench',
      password: at.password,
      max: 1,
    })
    await sql.unsafe(at.change)
    await sql.end()
  }
  const seconds = await take()
  console.log(JSON.stringify({ seconds, peakMb: process.resourceUsage().maxRSS / 1024 }))
} finally {
  close()
  await rm(folder, { recursive: true, force: true })
}

/** Seconds. */
async function take(): Promise<number> {
  const { body: run } = await createSnapshot(world, { ...call, name: 'one', body: { acceptDrift: false, full: false } })
  const began = performance.now()
  const { outcome, cause } = await takeSnapshot(world, run.id, call.signal)
  if (outcome !== 'done' && outcome !== 'skipped') throw new Error(`The snapshot ended as ${outcome}.`, { cause })
  return (performance.now() - began) / 1000
}
