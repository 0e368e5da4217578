import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Name } from '../shared/domain/connector.ts'
import type { FileFormat } from '../shared/domain/datasource.ts'
import { takeSnapshot } from '../shared/snapshots/take-snapshot.ts'
import { createDatasource } from '../shared/usecases/create-datasource.ts'
import { createSnapshot } from '../shared/usecases/create-snapshot.ts'
import { call, diskWorld, makeConnector } from './disk-world.ts'

/** One snapshot through the product's own use cases, on disk; tells how long it took and its peak memory. */
const at = JSON.parse(process.argv[2]!) as {
  kind?: 'postgres' | 'mysql'
  port: number
  database?: string
  password: string
  sql: string
  format: FileFormat
}

const folder = await mkdtemp(join(tmpdir(), 'headgate-bench-'))
const { world, close } = diskWorld(folder, at.port)
try {
  await makeConnector(world, at)
  const selection = /^\w+$/.test(at.sql) ? { table: at.sql } : { sql: at.sql }
  const defaults = {
    compression: 'none',
    strategy: 'full',
    drift: 'evolve',
    skipUnchanged: false,
    reuseUnchanged: false,
    priority: 0,
    retention: null,
  } as const
  const datasource = { connector: Name.parse('source'), selection, format: at.format, ...defaults }
  await createDatasource(world, { ...call, body: { name: Name.parse('one'), ...datasource } })
  const { body: run } = await createSnapshot(world, { ...call, name: 'one', body: { acceptDrift: false, full: false } })
  const began = performance.now()
  const { outcome, cause } = await takeSnapshot(world, run.id, call.signal)
  const seconds = (performance.now() - began) / 1000
  if (outcome !== 'done') throw new Error(`The snapshot ended as ${outcome}.`, { cause })
  console.log(JSON.stringify({ seconds, peakMb: process.resourceUsage().maxRSS / 1024 }))
} finally {
  close()
  await rm(folder, { recursive: true, force: true })
}
