import { operations } from '../../shared/api/index.ts'
import type { Operation, UseCase } from '../../shared/api/operation.ts'
import { perform, type Request } from '../../shared/api/perform.ts'
import type { Role } from '../../shared/domain/caller.ts'
import { Name } from '../../shared/domain/connector.ts'
import type { CatalogWriter } from '../../shared/ports/catalog.ts'
import type { ObjectWriter } from '../../shared/ports/objects.ts'
import { connectors, connectorUids } from '../../shared/ports/records.ts'
import type { SecretReader, SecretWriter } from '../../shared/ports/secrets.ts'
import { type Pace, steadyPace } from '../../shared/snapshots/pace.ts'
import { takeSnapshot } from '../../shared/snapshots/take-snapshot.ts'
import * as usecases from '../../shared/usecases/index.ts'
import { type Lab, labSources, newLab } from '../snapshots/lab-source.ts'
import { memorySchedules } from '../support/memory-schedules.ts'
import { localWorld } from '../support/world.ts'

export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly text: string
  readonly bytes: Buffer
  // a test reads what it expects to be there
  // biome-ignore lint/suspicious/noExplicitAny: the body's shape is what is tested
  readonly body: any
}

type Id = keyof typeof operations

/** Where the platform keeps things. */
export interface LabStores {
  readonly catalog: CatalogWriter
  readonly objects: ObjectWriter
  readonly secrets: SecretReader & SecretWriter
  readonly folder: string
  dispose(): Promise<void>
}

const run: Readonly<Record<string, unknown>> = { ...usecases }

/**
 * The platform on a disk, with the laboratory as its only source: operations are called as a transport calls them, and
 * snapshots are taken in the background. `idle` waits for those. Other stores may take the place of the disk's.
 */
export async function labPlatform(given?: LabStores) {
  const disk: LabStores = given ?? (await localWorld())
  const lab: Lab = newLab(10)
  const taking: Promise<unknown>[] = []
  const pace: { -readonly [K in keyof Pace]: Pace[K] } = { ...steadyPace, heartbeatMs: 20 }
  const stores = { catalog: disk.catalog, secrets: disk.secrets, objects: disk.objects, sources: labSources(lab) }
  const runs = {
    async start(id: string) {
      taking.push(takeSnapshot(stores, id, new AbortController().signal, pace))
    },
  }
  const schedules = memorySchedules()
  const world = { ...stores, runs, schedules }
  for (const name of ['lab', 'other-lab']) {
    const value = {
      uid: `con_${name}`,
      name: Name.parse(name),
      title: name,
      kind: 'lab',
      config: {},
      allowQuery: false,
      allowWrite: false,
      budget: name === 'lab' ? 3 : 1,
      created: '',
      updated: '',
      createdBy: 'test',
      hasCredential: false,
    }
    await disk.catalog.write([
      { create: connectors, id: name, value },
      { create: connectorUids, id: value.uid, value: { name } },
    ])
  }

  const call = async (id: Id, request: Omit<Request, 'body'> & { body?: unknown } = {}, role: Role = 'admin') => {
    const { body, ...rest } = request
    const reply = await perform(
      operations[id] as unknown as Operation,
      run[id] as UseCase<Operation>,
      world as never,
      { ...rest, ...(body !== undefined && { body: JSON.stringify(body) }) },
      { caller: { id: 'ada', role }, signal: new AbortController().signal, requestId: 'r-1' },
    )
    const bytes = typeof reply.body === 'string' ? Buffer.from(reply.body) : await collect(reply.body)
    const text = bytes.toString()
    const isJson = /json$/.test(reply.headers['content-type'] ?? '') && !text.includes('}\n{')
    const answer: Answer = {
      status: reply.status,
      headers: reply.headers,
      bytes,
      text,
      body: isJson && text !== '' ? JSON.parse(text) : undefined,
    }
    return answer
  }
  const idle = async () => {
    await Promise.all(taking.splice(0))
  }
  return {
    lab,
    folder: disk.folder,
    /** May be changed before a snapshot is taken. */
    pace,
    world,
    call,
    idle,
    /** Makes the datasource `numbers`. */
    define: (more: object = {}) =>
      call('createDatasource', {
        body: { name: 'numbers', connector: 'lab', selection: { table: 'numbers' }, ...more },
      }),
    /** Takes a snapshot of `numbers` and waits for its end. */
    async take() {
      const { body } = await call('createSnapshot', { params: { name: 'numbers' } })
      await idle()
      return body.id as string
    },
    async dispose() {
      await idle()
      await disk.dispose()
    },
  }
}

export type LabPlatform = Awaited<ReturnType<typeof labPlatform>>

async function collect(chunks: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const all: Uint8Array[] = []
  for await (const chunk of chunks) all.push(Uint8Array.from(chunk))
  return Buffer.concat(all)
}
