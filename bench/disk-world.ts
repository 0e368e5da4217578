import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { parseAllow } from '../shared/adapters/egress/allow.ts'
import { createEgress } from '../shared/adapters/egress.ts'
import { localCatalog } from '../shared/adapters/local/catalog.ts'
import { localObjects } from '../shared/adapters/local/objects.ts'
import { localRegistry } from '../shared/adapters/local/registry.ts'
import { localSchedules } from '../shared/adapters/local/schedules.ts'
import { localSecrets } from '../shared/adapters/local/secrets.ts'
import { localUploads } from '../shared/adapters/local/uploads.ts'
import { createSources } from '../shared/adapters/sources.ts'
import { kinds } from '../shared/connectors/index.ts'
import { Name } from '../shared/domain/connector.ts'
import type { WholeWorld } from '../shared/ports/index.ts'
import { createConnector } from '../shared/usecases/create-connector.ts'

/** What every call of a benchmark carries. */
export const call = {
  caller: { id: 'bench', role: 'admin' as const },
  signal: new AbortController().signal,
  requestId: 'bench',
  accept: undefined,
  expected: undefined,
}

/** The disk world in a folder, whose connectors may dial that port of this machine. */
export function diskWorld(folder: string, port: number): { world: WholeWorld; close(): void } {
  mkdirSync(folder, { recursive: true })
  const catalog = localCatalog({ file: join(folder, 'catalog.sqlite') })
  const secrets = localSecrets({ folder: join(folder, 'secrets'), keyFile: join(folder, 'key') })
  const linkBase = 'http://127.0.0.1'
  const objects = localObjects({ folder: join(folder, 'objects'), linkBase, linkKey: Buffer.alloc(32) })
  const egress = createEgress({ allow: parseAllow(`127.0.0.1:${port}`) })
  const sources = createSources({ catalog, secrets, egress, kinds })
  const uploadBase = linkBase
  const registry = localRegistry({ folder: join(folder, 'tables'), objects: join(folder, 'objects') })
  const schedules = localSchedules(() => {})
  const events = { publish: async () => {}, send: async () => 204 }
  const uploads = localUploads({ folder: join(folder, 'uploads'), objects, uploadBase, linkKey: Buffer.alloc(32) })
  return {
    world: {
      catalog,
      secrets,
      objects,
      uploads,
      sources,
      runs: { start: async () => {} },
      exports: { start: async () => {} },
      schedules,
      events,
      registry,
    },
    close: catalog.close,
  }
}

interface Reached {
  readonly kind?: string
  readonly port: number
  readonly database?: string
  readonly password: string
  /** Connections at once. */
  readonly budget?: number
}

/** The connector `source`: the database of that port, by the login `bench`. */
export async function makeConnector(world: WholeWorld, at: Reached): Promise<void> {
  const { kind = 'postgres', port, database = 'postgres', password, budget = 4 } = at
  const config = { host: '127.0.0.1', port, database, user: 'bench', tls: 'disable' }
  const body = { name: Name.parse('source'), kind, config, credential: { password } }
  await createConnector(world, { ...call, body: { ...body, allowQuery: false, allowWrite: false, budget } })
}
