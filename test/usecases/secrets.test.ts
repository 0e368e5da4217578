import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import * as z from 'zod'
import { connectorKind } from '../../shared/connectors/kind.ts'
import { Fault } from '../../shared/domain/faults.ts'
import { credentialId, orgSecretId, userSecretId } from '../../shared/ports/secrets.ts'
import { type CallOptions, testPlatform } from '../support/platform.ts'

/** What the source takes as its password, and how often it was asked. */
const source = { password: 'first', logins: 0, closed: 0 }

/** A kind whose source lets in who knows the password of the day. */
const vault = connectorKind({
  kind: 'vault',
  title: 'Vault',
  capabilities: ['tables'],
  config: z.strictObject({}),
  credential: z.strictObject({ password: z.string().min(3), user: z.string().default('reader') }),
  selection: z.strictObject({}),
  async open({ credential }) {
    const logIn = () => {
      source.logins++
      if (credential.reveal().password !== source.password) throw new Fault('source-refused', 'Wrong password.')
    }
    return {
      tables: {
        async list() {
          logIn()
          return { items: [], next: null }
        },
        describe: () => Promise.reject(new Fault('not-found', 'no table')),
        read: () => Promise.reject(new Fault('not-found', 'no table')),
      },
      async check() {
        const ok = credential.reveal().password === source.password
        return { stages: [{ name: 'login' as const, ok, ms: 0, detail: 'Login.', hint: null }], warnings: [] }
      },
      plan: async () => [],
      extract: () => Promise.reject(new Fault('not-found', 'no table')),
      async close() {
        source.closed++
      },
    }
  },
})

let platform: Awaited<ReturnType<typeof testPlatform>>
beforeAll(async () => {
  platform = await testPlatform({ kinds: [vault] })
})
afterAll(() => platform.dispose())

const value = 'a value that nobody may see'
const as =
  (caller: string, role: 'viewer' | 'editor' | 'admin' = 'editor') =>
  (method: string, target: string, options: CallOptions = {}) =>
    platform.call(method, target, { role, caller, ...options })
const names = async (call: ReturnType<typeof as>, query = '') =>
  (await call('GET', `/v1/secrets?limit=1000${query}`)).json.items.map(
    ({ scope, key }: { scope: string; key: string }) => `${scope}/${key}`,
  )

describe('secrets', () => {
  it('C14 of a user are seen by that user alone, of the organisation by all, written by administrators', async () => {
    const [ada, bob, root] = [as('ada'), as('bob'), as('root', 'admin')]
    expect((await ada('PUT', '/v1/secrets/user/TOKEN', { body: { value } })).status).toBe(204)
    expect((await ada('PUT', '/v1/secrets/org/SHARED', { body: { value } })).json).toMatchObject({
      status: 403,
      code: 'forbidden',
    })
    expect((await root('PUT', '/v1/secrets/org/SHARED', { body: { value } })).status).toBe(204)
    expect(await names(ada)).toEqual(['user/TOKEN', 'org/SHARED'])
    expect(await names(bob)).toEqual(['org/SHARED'])
    expect((await bob('DELETE', '/v1/secrets/user/TOKEN')).status).toBe(404)
    expect((await bob('DELETE', '/v1/secrets/org/SHARED')).status).toBe(403)
    expect((await as('eve', 'viewer')('GET', '/v1/secrets')).status).toBe(403)
    expect(await names(ada, '&scope=org')).toEqual(['org/SHARED'])
  })

  it('C15 C17 never give a value back: not in an answer, not in the catalog, not in a file as it is', async () => {
    const ada = as('c15')
    const seen = [
      await ada('PUT', '/v1/secrets/user/A', { body: { value } }),
      await ada('POST', '/v1/secrets', { body: { secrets: [{ key: 'B', value }] } }),
      await ada('GET', '/v1/secrets'),
      await ada('PUT', '/v1/secrets/user/bad key', { body: { value } }),
      await ada('PUT', '/v1/secrets/user/C', { body: { value: [value] } }),
      await ada('DELETE', '/v1/secrets/user/A'),
    ].map(({ text }) => text)
    expect(seen.filter((text) => text.includes(value))).toEqual([])
    expect((await platform.world.secrets.get(userSecretId('c15', 'B')))?.reveal()).toBe(value)
    for (const name of await readdir(platform.folder, { recursive: true })) {
      const bytes = await readFile(join(platform.folder, name)).catch(() => Buffer.alloc(0))
      expect(bytes.includes(value), name).toBe(false)
    }
  })

  it('C17 tell who wrote them, when, and that they are masked unless told otherwise', async () => {
    const ada = as('c17')
    await ada('PUT', '/v1/secrets/user/A', { body: { value } })
    await ada('PUT', '/v1/secrets/user/B', { body: { value, mask: false } })
    const [a, b] = (await ada('GET', '/v1/secrets?scope=user')).json.items
    expect(a).toEqual({
      scope: 'user',
      key: 'A',
      mask: true,
      created: expect.any(String),
      updated: expect.any(String),
      updatedBy: 'c17',
      usedBy: [],
    })
    expect(b.mask).toBe(false)
    await ada('PUT', '/v1/secrets/user/A', { body: { value: 'other' } })
    const [again] = (await ada('GET', '/v1/secrets?scope=user')).json.items
    expect(again.created).toBe(a.created)
    expect(again.updated >= a.updated).toBe(true)
  })

  it('C18 are merged by a batch and deleted by a batch, the others left as they are', async () => {
    const ada = as('c18', 'admin')
    const put = (...secrets: object[]) => ada('POST', '/v1/secrets', { body: { secrets } })
    await put({ key: 'A', value: '1' }, { key: 'B', value: '1' })
    await put({ key: 'B', value: '2' }, { key: 'C', value: '2' }, { scope: 'org', key: 'C18', value: '2' })
    expect(await names(ada, '&scope=user')).toEqual(['user/A', 'user/B', 'user/C'])
    const read = async (key: string) => (await platform.world.secrets.get(userSecretId('c18', key)))?.reveal()
    expect([await read('A'), await read('B'), await read('C')]).toEqual(['1', '2', '2'])
    const remove = { secrets: [{ key: 'B' }, { key: 'nothing' }, { scope: 'org', key: 'C18' }] }
    expect((await ada('POST', '/v1/secrets/delete', { body: remove })).status).toBe(204)
    expect(await names(ada, '&scope=user')).toEqual(['user/A', 'user/C'])
    expect(await read('B')).toBeUndefined()
    expect(await platform.world.secrets.get(orgSecretId('C18'))).toBeUndefined()
    const mixed = {
      secrets: [
        { key: 'X', value: '1' },
        { scope: 'org', key: 'X', value: '1' },
      ],
    }
    expect((await as('c18')('POST', '/v1/secrets', { body: mixed })).status).toBe(403)
    expect(await read('X')).toBeUndefined()
  })

  it('are listed page by page, the user’s own before the organisation’s, each once', async () => {
    const ada = as('paging', 'admin')
    const secrets = ['A', 'B', 'C'].flatMap((key) => [
      { key: `P${key}`, value },
      { scope: 'org', key: `P${key}`, value },
    ])
    await ada('POST', '/v1/secrets', { body: { secrets } })
    const whole = await names(ada)
    for (const limit of [1, 2, 3, 4]) {
      const paged: string[] = []
      for (let cursor = ''; ; ) {
        const { json } = await ada('GET', `/v1/secrets?limit=${limit}${cursor}`)
        expect(json.items.length).toBeLessThanOrEqual(limit)
        paged.push(...json.items.map(({ scope, key }: { scope: string; key: string }) => `${scope}/${key}`))
        if (json.next === null) break
        cursor = `&cursor=${json.next}`
      }
      expect(paged).toEqual(whole)
    }
  })

  it('have an own path for each owner, whatever the owner’s id', () => {
    const ids = ['ada', 'ADA', 'a/b', 'a', '..', 'h.abc', 'ada ', ''].map((caller) => userSecretId(caller, 'K'))
    expect(new Set(ids).size).toBe(ids.length)
    expect(ids.every((id) => /^users\/[A-Za-z0-9._-]+\/K$/.test(id) && !id.includes('/../'))).toBe(true)
  })
})

describe('credentials that refer to secrets', () => {
  const root = as('root', 'admin')
  const keep = (key: string, secret: string) => root('PUT', `/v1/secrets/org/${key}`, { body: { value: secret } })
  const create = (name: string, credential: object) =>
    root('POST', '/v1/connectors', { body: { name, kind: 'vault', config: {}, credential } })
  const tables = (name: string) => as('ada', 'viewer')('GET', `/v1/sources/${name}/tables`)

  it('are looked up at each opening, and name their users', async () => {
    source.password = 'first'
    await keep('VAULT', 'first')
    expect((await create('pointing', { password: { secret: 'org/VAULT' } })).status).toBe(201)
    expect((await tables('pointing')).status).toBe(200)
    const { items } = (await root('GET', '/v1/secrets?scope=org')).json
    expect(items.find(({ key }: { key: string }) => key === 'VAULT').usedBy).toEqual(['pointing'])
    await keep('LOGIN', '{"password":"first","port":1}')
    await create('by-member', { password: { secret: 'org/LOGIN', field: 'password' } })
    expect((await tables('by-member')).status).toBe(200)
    expect(JSON.stringify((await root('GET', '/v1/connectors/pointing')).json)).not.toContain('first')
  })

  it.each([
    ['a secret that is not there', { secret: 'org/NOWHERE' }],
    ['a member that is not there', { secret: 'org/LOGIN', field: 'nothing' }],
    ['a parameter where there is no SSM', { ssm: '/prod/password' }],
    [
      'a secret of AWS where there is none',
      { secretsManager: 'arn:aws:secretsmanager:eu-central-1:123456789012:secret:a-AbCdEf' },
    ],
  ])('are told where they lead to %s', async (_what, password) => {
    const name = `lost-${Math.random().toString(36).slice(2)}`
    expect((await create(name, { password })).status).toBe(201)
    expect(['source-refused', 'not-offered']).toContain((await tables(name)).json.code)
  })

  it.each([
    ['a user’s secret', { password: { secret: 'user/TOKEN' } }],
    ['a path out of the organisation’s', { password: { secret: 'org/../users/ada/TOKEN' } }],
    ['two places at once', { password: { secret: 'org/A', ssm: '/a' } }],
    ['a wrong member beside it', { password: { secret: 'org/A' }, colour: 'red' }],
  ])('may not name %s', async (_what, credential) => {
    expect((await create('never', credential)).json.code).toBe('invalid-request')
  })

  it('pick up a rotation at the first refused login, at the cost of one more', async () => {
    await create('rotating', { password: 'before' })
    const { uid } = (await root('GET', '/v1/connectors/rotating')).json
    source.password = 'before'
    const opened = await platform.world.sources.open('rotating', new AbortController().signal)
    await opened.connection.tables!.list({ limit: 1 })
    source.password = 'after'
    await root('PUT', '/v1/connectors/rotating', {
      headers: { 'if-match': '*' },
      body: { credential: { password: 'after' } },
    })
    source.logins = 0
    await Promise.all(Array.from({ length: 3 }, () => opened.connection.tables!.list({ limit: 1 })))
    expect(source.logins).toBe(6)
    await opened.connection.tables!.list({ limit: 1 })
    expect(source.logins).toBe(7)
    source.password = 'third'
    source.logins = 0
    await expect(opened.connection.tables!.list({ limit: 1 })).rejects.toMatchObject({ code: 'source-refused' })
    expect(source.logins).toBe(1)
    expect((await opened.connection.check()).stages[0]!.ok).toBe(false)
    await platform.world.secrets.put(
      credentialId(uid),
      new (await import('../../shared/domain/secret.ts')).Secret('{"password":"third"}'),
    )
    expect((await opened.connection.check()).stages[0]!.ok).toBe(true)
    await opened.connection.close()
  })
})
