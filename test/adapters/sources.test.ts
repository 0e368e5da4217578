import { inspect } from 'node:util'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import * as z from 'zod'
import { createSources } from '../../shared/adapters/sources.ts'
import { type AnyKind, connectorKind, type Egress, type OpenAt, type Tables } from '../../shared/connectors/kind.ts'
import type { ConnectorRecord } from '../../shared/domain/connector.ts'
import { Fault } from '../../shared/domain/faults.ts'
import { Secret } from '../../shared/domain/secret.ts'
import type { CatalogReader } from '../../shared/ports/catalog.ts'

const password = 'tr0ub4dor&3-canary'
const egress: Egress = {
  resolve: () => Promise.reject(new Error('no network')),
  connect: () => Promise.reject(new Error('no network')),
  fetch: () => Promise.reject(new Error('no network')),
}
const signal = new AbortController().signal

let opened: OpenAt<unknown, unknown>[] = []
let closed = 0

const warehouse = connectorKind({
  kind: 'warehouse',
  title: 'Warehouse',
  capabilities: ['tables'],
  config: z.strictObject({ host: z.string(), port: z.int().default(5432) }),
  credential: z.strictObject({ password: z.string().max(40) }),
  selection: z.strictObject({ table: z.string() }),
  async open(at) {
    opened.push(at)
    return {
      tables: {} as Tables,
      check: async () => ({ stages: [], warnings: [] }),
      plan: async () => [],
      extract: () => Promise.reject(new Error('not here')),
      close: async () => {
        closed += 1
      },
    }
  },
})
const open = connectorKind({
  ...warehouse,
  kind: 'open',
  credential: z.strictObject({ password: z.string().default('') }),
})
/** What a writer was opened with; its server quotes the password that it refuses. */
let written: OpenAt<unknown, unknown>[] = []
const shelf = connectorKind({
  ...warehouse,
  kind: 'shelf',
  writing: {
    to: 'files',
    async open(at) {
      written.push(at)
      const refused = () => Promise.reject(new Fault('source-refused', `The password ${password} is wrong.`))
      return { to: 'files', put: refused, close: async () => {} }
    },
  },
})
const kinds: readonly AnyKind[] = [warehouse, open, shelf]

const record = (more: Partial<Record<keyof ConnectorRecord, unknown>> = {}): Record<string, unknown> => ({
  uid: 'con_1',
  name: 'sales-db',
  title: 'Sales',
  kind: 'warehouse',
  config: { host: 'db.example' },
  allowQuery: true,
  budget: 4,
  created: '2026-01-01T00:00:00.000Z',
  updated: '2026-01-01T00:00:00.000Z',
  createdBy: 'u',
  hasCredential: true,
  ...more,
})

let records: Map<string, unknown>
let secrets: Map<string, string>

const catalog: CatalogReader = {
  async get(collection, id) {
    const value = records.get(`${collection.path} ${id}`)
    if (value === undefined) return undefined
    const parsed = collection.schema.safeParse(value)
    if (!parsed.success) throw new Fault('internal', 'The record is not of its schema.', { cause: parsed.error })
    return { id, revision: 1, value: parsed.data }
  },
  async list(collection) {
    const ids = [...records.keys()]
      .filter((key) => key.startsWith(`${collection.path} `))
      .map((key) => key.split(' ')[1]!)
    const entries = await Promise.all(ids.map(async (id) => (await this.get(collection, id))!))
    return { entries, next: null }
  },
}

const sources = createSources({
  catalog,
  secrets: {
    get: async (id) => {
      const kept = secrets.get(id)
      return kept === undefined ? undefined : new Secret(kept)
    },
  },
  egress,
  kinds,
})

beforeEach(() => {
  opened = []
  written = []
  closed = 0
  records = new Map<string, unknown>([
    ['connectors sales-db', record()],
    ['connector-uids con_1', { name: 'sales-db' }],
  ])
  secrets = new Map([['connectors/con_1', JSON.stringify({ password })]])
})

const faultOf = (promise: Promise<unknown>): Promise<Fault> =>
  promise.then(
    () => expect.unreachable(),
    (thrown) => thrown as Fault,
  )

/** Everything that a log, a reply or a debugger would show of a value. */
const shown = (value: unknown): string =>
  [inspect(value, { depth: 20, showHidden: true, getters: true }), JSON.stringify(value), String(value)].join('\n') +
  (value instanceof Error ? `${value.stack}${shown(value.cause)}` : '')

describe('opening a connector to write', () => {
  const keep = (more: object) => records.set('connectors sales-db', record({ kind: 'shelf', ...more }))

  it.each([{}, { allowWrite: false }])(
    'is refused where it does not allow it, whatever its kind can: %j',
    async (more) => {
      keep(more)
      expect((await faultOf(sources.openToWrite('sales-db', signal))).code).toBe('forbidden')
      expect(written).toEqual([])
    },
  )

  it('is not offered by a kind that is only read', async () => {
    keep({ kind: 'warehouse', allowWrite: true })
    expect((await faultOf(sources.openToWrite('sales-db', signal))).code).toBe('not-offered')
  })

  it('gives a writer with the credential, which none of its failures tells', async () => {
    keep({ allowWrite: true })
    const { record, writer } = await sources.openToWrite('con_1', signal)
    expect([record.name, writer.to]).toEqual(['sales-db', 'files'])
    expect((written[0]!.credential as Secret<unknown>).reveal()).toEqual({ password })
    const bytes = (async function* () {})()
    const put = writer.to === 'files' ? writer.put('a', bytes, { ifAbsent: true, ready: async () => {} }) : undefined
    const fault = await faultOf(put!)
    expect(fault.code).toBe('source-refused')
    expect(shown(fault)).not.toContain(password)
  })

  it('is nothing that opening to read does', async () => {
    keep({ allowWrite: true })
    const { connection } = await sources.open('sales-db', signal)
    expect(Object.keys(connection)).not.toContain('writing')
    expect(written).toEqual([])
  })
})

describe('opening a connector', () => {
  it.each(['sales-db', 'con_1'])('goes by name and by uid: %s (E03)', async (nameOrUid) => {
    const { record, connection } = await sources.open(nameOrUid, signal)
    expect(record).toMatchObject({ uid: 'con_1', name: 'sales-db' })
    expect(connection).toHaveProperty('tables')
    expect(opened[0]!.config).toEqual({ host: 'db.example', port: 5432 })
    expect((opened[0]!.credential as Secret<unknown>).reveal()).toEqual({ password })
    expect(opened[0]!.egress).toBe(egress)
    expect(opened[0]!.signal).toBe(signal)
  })

  it('gives a connection that closes', async () => {
    const { connection } = await sources.open('sales-db', signal)
    await connection.close()
    await connection.close()
    expect(closed).toBe(2)
  })

  it('tells near names where there is none (E03)', async () => {
    const fault = await faultOf(sources.open('sales-bd', signal))
    expect([fault.code, fault.hint]).toEqual(['not-found', 'Did you mean sales-db?'])
    expect((await faultOf(sources.open('con_9', signal))).code).toBe('not-found')
    expect((await faultOf(sources.open('zzzzzzzzzzzz', signal))).hint).toBe('GET /v1/sources lists the names.')
  })

  it('of a damaged record says which and what to do (E03 BadEntry)', async () => {
    for (const damage of [{ budget: 'many' }, { config: { port: 'x' } }, { config: { host: 'a', extra: 1 } }]) {
      records.set('connectors sales-db', record(damage))
      const fault = await faultOf(sources.open('sales-db', signal))
      expect([fault.code, fault.detail]).toEqual([
        'source-failed',
        'The record of the connector "sales-db" is damaged.',
      ])
      expect(fault.hint).toContain('saving its configuration again')
      expect(fault.cause).toBeInstanceOf(Fault)
    }
    expect(opened).toEqual([])
  })

  it('of a kind that this version does not know says so', async () => {
    records.set('connectors sales-db', record({ kind: 'fax' }))
    const fault = await faultOf(sources.open('sales-db', signal))
    expect([fault.code, fault.detail]).toEqual(['source-failed', 'This version knows no connectors of the kind "fax".'])
  })

  it('without a credential works where the kind needs none, and is refused where it needs one', async () => {
    secrets.clear()
    const fault = await faultOf(sources.open('sales-db', signal))
    expect([fault.code, fault.detail]).toEqual([
      'source-refused',
      'There is no credential for the connector "sales-db".',
    ])
    records.set('connectors sales-db', record({ kind: 'open' }))
    await sources.open('sales-db', signal)
    expect((opened[0]!.credential as Secret<unknown>).reveal()).toEqual({ password: '' })
  })

  it('lets failures of the catalog and the secrets pass as they are', async () => {
    const busy = new Fault('busy', 'Later.')
    const failing = createSources({ catalog, secrets: { get: () => Promise.reject(busy) }, egress, kinds })
    await expect(failing.open('sales-db', signal)).rejects.toBe(busy)
    const broken: CatalogReader = { ...catalog, get: () => Promise.reject(busy) }
    await expect(
      createSources({ catalog: broken, secrets: { get: async () => undefined }, egress, kinds }).open('x', signal),
    ).rejects.toBe(busy)
  })
})

describe('trying values', () => {
  it('takes a given credential, a kept one, or none', async () => {
    const values = { kind: 'warehouse', config: { host: 'a' } }
    await sources.try({ ...values, credential: { password: 'given' }, uid: 'con_1' }, signal)
    await sources.try({ ...values, uid: 'con_1' }, signal)
    await sources.try({ ...values, kind: 'open' }, signal)
    expect(opened.map(({ credential }) => (credential as Secret<{ password: string }>).reveal().password)).toEqual([
      'given',
      password,
      '',
    ])
  })

  it('points at what is wrong', async () => {
    const wrongConfig = await faultOf(sources.try({ kind: 'warehouse', config: { port: 'x' } }, signal))
    expect(wrongConfig.code).toBe('invalid-request')
    expect(wrongConfig.errors?.map(({ pointer }) => pointer)).toEqual(['/body/config/host', '/body/config/port'])
    const none = await faultOf(sources.try({ kind: 'warehouse', config: { host: 'a' } }, signal))
    expect(none.errors?.map(({ pointer }) => pointer)).toEqual(['/body/credential/password'])
    const kind = await faultOf(sources.try({ kind: 'warehuose', config: {} }, signal))
    expect([kind.code, kind.hint]).toEqual(['invalid-request', 'Did you mean warehouse?'])
    expect(kind.errors?.map(({ pointer }) => pointer)).toEqual(['/body/kind'])
  })
})

describe('the text of a credential', () => {
  it.each([
    ['is not JSON', password],
    ['is cut off', `{"password": "${password}`],
    ['is too long', JSON.stringify({ password: password.repeat(4) })],
    ['has another form', JSON.stringify([password])],
    ['has more in it', JSON.stringify({ password, more: password })],
    ['is text alone', JSON.stringify(password)],
  ])('is in no fault and no log where it %s', async (_, kept) => {
    const log = vi.spyOn(console, 'error')
    secrets.set('connectors/con_1', kept)
    const fault = await faultOf(sources.open('sales-db', signal))
    expect(fault.code).toBe('source-refused')
    expect(fault.hint).toContain('credential again')
    expect(shown(fault)).not.toContain(password)
    expect(log).not.toHaveBeenCalled()
  })

  it('is in no fault of a trial', async () => {
    for (const credential of [{ password: password.repeat(4) }, { password: { password } }, password, [password]]) {
      const fault = await faultOf(sources.try({ kind: 'warehouse', config: { host: 'a' }, credential }, signal))
      expect(fault.code).toBe('invalid-request')
      expect(shown(fault)).not.toContain(password)
    }
  })

  it('is in nothing that opening gives or passes on', async () => {
    const result = await sources.open('sales-db', signal)
    expect(shown(result)).not.toContain(password)
    expect(shown(opened[0])).not.toContain(password)
    expect(opened[0]!.credential).toBeInstanceOf(Secret)
    expect(shown(sources)).not.toContain(password)
  })
})

describe('the kinds', () => {
  it('are listed and found', () => {
    expect(sources.list().map(({ kind }) => kind)).toEqual(['warehouse', 'open', 'shelf'])
    expect(sources.get('open').capabilities).toEqual(['tables'])
    expect(() => sources.get('toString')).toThrow(/invalid-request/)
  })
})
