import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { authenticate } from '../../shared/api/authenticate.ts'
import { operations } from '../../shared/api/index.ts'
import type { Operation } from '../../shared/api/operation.ts'
import { type Caller, isAtLeast, type Role, scopes } from '../../shared/domain/caller.ts'
import { isFault } from '../../shared/domain/faults.ts'
import { type CallOptions, testPlatform } from '../support/platform.ts'
import shelf from '../support/shelf-kind.ts'
import { type Make, type Row, rows, type Sent } from './rows.ts'

const all = Object.entries(operations as Readonly<Record<string, Operation>>)

/** Who tries: a role, and what is special about their token. Those without a role are nobody. */
const principals: Readonly<
  Record<string, { readonly id: string; readonly role: Role; readonly body?: object } | null>
> = {
  nobody: null,
  'a viewer': { id: 'vera', role: 'viewer' },
  'the editor whose things they are': { id: 'ada', role: 'editor' },
  'another editor': { id: 'bob', role: 'editor' },
  'an administrator': { id: 'root', role: 'admin' },
  'a token for reading': { id: 'reader', role: 'admin', body: { scopes: ['read'] } },
  'a token for another connector': { id: 'limited', role: 'admin', body: { connectors: ['elsewhere'] } },
  'a token that has expired': { id: 'late', role: 'admin', body: { days: 1 } },
  'a token that was revoked': { id: 'gone', role: 'admin' },
  'a member who was shut out': { id: 'out', role: 'admin' },
}

let platform: Awaited<ReturnType<typeof testPlatform>>
const callers = new Map<string, Caller | undefined>()

/** Calls as somebody with all rights of a role: for making things. */
const as =
  (caller: string, role: Role) =>
  (method: string, target: string, options: CallOptions = {}) =>
    platform.call(method, target, { caller, role, ...options })

beforeAll(async () => {
  platform = await testPlatform({ kinds: [shelf] })
  const root = as('root', 'admin')
  await root('POST', '/v1/connectors', {
    body: { name: 'shelf', kind: 'shelf', config: {}, credential: { password: 'open sesame' } },
  })
  const tokens = new Map<string, { id: string; token: string }>()
  for (const [name, principal] of Object.entries(principals)) {
    if (principal === null) continue
    const { id, role, body } = principal
    tokens.set(name, (await as(id, role)('POST', '/v1/tokens', { body: { name: 'x', ...body } })).json)
  }
  await as('gone', 'admin')('DELETE', `/v1/tokens/${tokens.get('a token that was revoked')!.id}`)
  await root('PUT', '/v1/members/out', { body: { role: 'admin', disabled: true } })
  for (const name of Object.keys(principals)) {
    const isLate = name === 'a token that has expired'
    if (isLate) vi.useFakeTimers({ now: Date.now() + 2 * 86_400_000, toFake: ['Date'] })
    callers.set(name, await admit(tokens.get(name)?.token))
    vi.useRealTimers()
  }
})
afterAll(() => platform.dispose())

/** Whom a token lets in: nobody where it is not good. */
async function admit(token: string | undefined): Promise<Caller | undefined> {
  try {
    return await authenticate(platform.world.catalog, token && `Bearer ${token}`)
  } catch (thrown) {
    if (isFault(thrown, 'unauthenticated')) return undefined
    throw thrown
  }
}

/** Tries an operation as a principal. */
function attempt(op: Operation, row: Row, id: string, caller: Caller | undefined) {
  const { path = {}, query = '', ...sent }: Sent = row.send(id)
  const target = op.path.replace(/\{(\w+)\+?\}/g, (_, name: string) => encodeURIComponent(path[name] ?? ''))
  return platform.call(op.method, `${target}${query}`, { ...sent, ...(caller ? { as: caller } : { nobody: true }) })
}

const isAllowed = (op: Operation, caller: Caller | undefined): boolean =>
  op.role === 'anyone' ||
  (caller !== undefined && isAtLeast(caller, op.role) && (caller.scopes ?? scopes).includes(op.scope))

const make = (thing: Make, owner: { id: string; role: Role }): Promise<string> => thing(as(owner.id, owner.role))

/** What does not hang on the moment or on the id. */
const plain = (reply: { status: number; text: string }, id: string) => [reply.status, reply.text.replaceAll(id, 'ID')]

const ada = { id: 'ada', role: 'editor' } as const

describe('T9 isolation', () => {
  it('has a row for every operation, and every one of them is tried as nine principals and more', () => {
    expect(Object.keys(rows).toSorted()).toEqual(all.map(([id]) => id).toSorted())
    expect(Object.keys(principals).length).toBeGreaterThanOrEqual(9)
    const known = [...callers].filter(([, caller]) => caller).map(([name]) => name)
    expect(known).toHaveLength(6)
  })

  describe.each(all)('%s', (id, op) => {
    const row = rows[id as keyof typeof rows]

    it.each(Object.keys(principals))('is done for %s as its role and scope say', async (name) => {
      const caller = callers.get(name)
      const owner = caller ?? ada
      const own = row.owned ? await make(row.owned, isAllowed(op, caller) ? owner : ada) : 'shelf'
      const reply = await attempt(op, row, own, caller)
      if (!isAllowed(op, caller)) {
        expect(reply.status).toBe(caller ? 403 : 401)
        return
      }
      if (row.connector && caller?.connectors) return
      if (row.owned) expect(reply.status === 400 ? reply.json.detail : reply.status).not.toBe(404)
      if (name !== 'a token for another connector') expect([401, 403]).not.toContain(await statusButQueries(id, reply))
    })

    const { owned, lists, connector } = row
    if (owned)
      it.each(Object.keys(principals).filter((name) => principals[name]?.id !== 'ada'))(
        'answers %s of what is another’s as of what is not there, and leaves it alone',
        async (name) => {
          const caller = callers.get(name)
          const foreign = await make(owned, ada)
          const missing = foreign.replace(/.$/, (last) => (last === 'x' ? 'y' : 'x'))
          const [a, b] = [await attempt(op, row, foreign, caller), await attempt(op, row, missing, caller)]
          expect(plain(a, foreign)).toEqual(plain(b, missing))
          if (op.method !== 'DELETE') expect(a.status).toBeGreaterThanOrEqual(400)
          const own = await attempt(op, row, foreign, { id: 'ada', role: 'editor' })
          expect(own.status, 'what its owner is answered then').not.toBe(404)
        },
      )
    if (lists)
      it('names to nobody what is another’s', async () => {
        const foreign = await make(lists, ada)
        for (const [name, caller] of callers) {
          const { text } = await attempt(op, row, '', caller)
          expect(text.includes(`"${foreign}"`), name).toBe(caller?.id === 'ada')
        }
      })
    if (connector)
      it('finds nothing for a token of another connector', async () => {
        const caller = callers.get('a token for another connector')
        const [a, b] = [await attempt(op, row, 'shelf', caller), await attempt(op, row, 'shelg', caller)]
        expect(plain(a, 'shelf')).toEqual(plain(b, 'shelg'))
        expect(a.status).toBe(404)
      })
  })
})

/** A connector that allows no queries refuses them to everyone: that is not about who asks. */
const statusButQueries = async (id: string, reply: { status: number; json?: { hint?: string } }) =>
  id === 'runQuery' && reply.json?.hint?.includes('allowQuery') ? 200 : reply.status
