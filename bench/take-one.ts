import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseAllow } from '../shared/adapters/egress/allow.ts'
import { createEgress } from '../shared/adapters/egress.ts'
import { localCatalog } from '../shared/adapters/local/catalog.ts'
import { localObjects } from '../shared/adapters/local/objects.ts'
import { localSecrets } from '../shared/adapters/local/secrets.ts'
import { createSources } from '../shared/adapters/sources.ts'
import { kinds } from '../shared/connectors/index.ts'
import { Name } from '../shared/domain/connector.ts'
import type { FileFormat } from '../shared/domain/datasource.ts'
import { takeSnapshot } from '../shared/snapshots/take-snapshot.ts'
import { createConnector } from '../shared/usecases/create-connector.ts'
import { createDatasource } from '../shared/usecases/create-datasource.ts'
import { createSnapshot } from '../shared/usecases/create-snapshot.ts'

/** One snapshot through the product's own use cases, on disk; tells how long it took and its peak memory. */
const at = JSON.parse(process.argv[2]!) as { port: number; password: string; table: string; format: FileFormat }

const folder = await mkdtemp(join(tmpdir(), 'headgate-bench-'))
const catalog = localCatalog({ file: join(folder, 'catalog.sqlite') })
const secrets = localSecrets({ folder: join(folder, 'secrets'), keyFile: join(folder, 'key') })
const objects = localObjects({
  folder: join(folder, 'objects'),
  linkBase: 'http://127.0.0.1',
  linkKey: Buffer.alloc(32),
})
const egress = createEgress({ allow: parseAllow(`127.0.0.1:${at.port}`) })
const sources = createSources({ catalog, secrets, egress, kinds })
const world = { catalog, secrets, objects, sources, runs: { start: async () => {} } }
const call = {
  caller: { id: 'bench', role: 'admin' as const },
  signal: new AbortController().signal,
  requestId: 'bench',
  accept: undefined,
  expected: undefined,
}

try {
  await createConnector(world, {
    ...call,
    body: {
      name: Name.parse('source'),
      kind: 'postgres',
      config: { host: '127.0.0.1', port: at.port, database: 'postgres', user: 'bench', tls: 'disable' },
      credential: { password: at.password },
      allowQuery: false,
      budget: 4,
    },
  })
  const defaults = { strategy: 'full', drift: 'evolve', skipUnchanged: false, retention: null } as const
  const source = { connector: Name.parse('source'), selection: { table: at.table } }
  await createDatasource(world, {
    ...call,
    body: { name: Name.parse('one'), ...source, ...defaults, format: at.format },
  })
  const { body: run } = await createSnapshot(world, { ...call, name: 'one', body: { acceptDrift: false } })
  const began = performance.now()
  const { outcome, cause } = await takeSnapshot(world, run.id, call.signal)
  const seconds = (performance.now() - began) / 1000
  if (outcome !== 'done') throw new Error(`The snapshot ended as ${outcome}.`, { cause })
  console.log(JSON.stringify({ seconds, peakMb: process.resourceUsage().maxRSS / 1024 }))
} finally {
  catalog.close()
  await rm(folder, { recursive: true, force: true })
}
