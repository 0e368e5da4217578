import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { authenticate } from '../../shared/api/authenticate.ts'
import { noteSeen } from '../../shared/api/note-seen.ts'
import type { Caller, Role } from '../../shared/domain/caller.ts'
import { isToken } from '../../shared/domain/token.ts'
import { type CallOptions, testPlatform } from '../support/platform.ts'
import shelf from '../support/shelf-kind.ts'

let platform: Awaited<ReturnType<typeof testPlatform>>
beforeAll(async () => {
  platform = await testPlatform({ kinds: [shelf] })
})
afterAll(() => platform.dispose())
afterAll(() => vi.useRealTimers())

const admit = (token: string): Promise<Caller> =>
  authenticate(platform.world.catalog, `Bearer ${token}`, {
    noteSeen: noteSeen(platform.world.catalog),
  }) as Promise<Caller>

/** A call as the owner of a token, let in by the token. */
const withToken =
  (token: string) =>
  async (method: string, target: string, options: CallOptions = {}) =>
    platform.call(method, target, { ...options, as: await admit(token) })

const as =
  (caller: string, role: Role = 'viewer') =>
  (method: string, target: string, options: CallOptions = {}) =>
    platform.call(method, target, { role, caller, ...options })

const make = async (caller: string, role: Role, body: object = {}) =>
  (await as(caller, role)('POST', '/v1/tokens', { body: { name: 'a token', ...body } })).json

describe('tokens', () => {
  it('are shown once, kept as a hash, and let in whoever holds them', async () => {
    const made = await make('ada', 'editor')
    expect(isToken(made.token)).toBe(true)
    const days = (Date.parse(made.expires) - Date.parse(made.created)) / 86_400_000
    expect(days).toBe(90)
    const listed = await as('ada')('GET', '/v1/tokens')
    expect(listed.text).not.toContain(made.token)
    expect(listed.text).not.toContain('hash')
    expect(listed.json.items).toMatchObject([{ id: made.id, name: 'a token', caller: 'ada', lastUsed: null }])
    expect(await admit(made.token)).toMatchObject({ id: 'ada', role: 'editor', token: made.id })
    expect((await as('ada')('GET', '/v1/tokens')).json.items[0].lastUsed).toEqual(expect.any(String))
    expect((await as('bob')('GET', '/v1/tokens')).json.items).toEqual([])
  })

  it.each([
    [['read'], { read: 200, run: 403, write: 403, admin: 403 }],
    [['run'], { read: 403, run: 404, write: 403, admin: 403 }],
    [['write'], { read: 403, run: 403, write: 201, admin: 403 }],
    [['read', 'admin'], { read: 200, run: 403, write: 403, admin: 200 }],
  ])('do what their scopes %j say, and no more', async (scopes, wanted) => {
    const { token } = await make('root', 'admin', { scopes })
    const call = withToken(token)
    const status = {
      read: (await call('GET', '/v1/sources')).status,
      run: (await call('POST', '/v1/sources/nowhere/query', { body: { sql: 'select 1' } })).status,
      write: (await call('POST', '/v1/pipelines', { body: {} })).status,
      admin: (await call('GET', '/v1/kinds')).status,
    }
    expect(status).toEqual(wanted)
  })

  it('never reach past the role of their owner, as it is now', async () => {
    const { token } = await make('shrinking', 'admin')
    expect((await withToken(token)('GET', '/v1/connectors')).status).toBe(200)
    await as('root', 'admin')('PUT', '/v1/members/shrinking', { body: { role: 'viewer' } })
    expect((await withToken(token)('GET', '/v1/connectors')).status).toBe(403)
    await as('root', 'admin')('PUT', '/v1/members/shrinking', { body: { role: 'viewer', disabled: true } })
    await expect(admit(token)).rejects.toMatchObject({ code: 'unauthenticated' })
  })

  it('make no token that is good for more than they are', async () => {
    const { token } = await make('climber', 'editor', { scopes: ['read', 'admin'], connectors: ['one'] })
    const post = (body: object) => withToken(token)('POST', '/v1/tokens', { body: { name: 'x', ...body } })
    expect((await post({ scopes: ['write'] })).json.code).toBe('forbidden')
    expect((await post({ connectors: ['two'] })).json.code).toBe('forbidden')
    expect((await post({ member: 'root' })).json.code).toBe('forbidden')
    const child = (await post({ scopes: ['read'] })).json
    expect(child).toMatchObject({ scopes: ['read'], connectors: ['one'], caller: 'climber' })
    expect((await withToken(child.token)('POST', '/v1/tokens', { body: { name: 'x' } })).status).toBe(403)
  })

  it('end by being revoked, by their owner or an administrator, and by no other', async () => {
    const [one, two] = [await make('ada', 'editor'), await make('ada', 'editor')]
    expect((await as('bob')('DELETE', `/v1/tokens/${one.id}`)).status).toBe(404)
    expect((await as('bob')('DELETE', `/v1/tokens/${one.id}?member=ada`)).status).toBe(403)
    expect((await as('ada')('DELETE', `/v1/tokens/${one.id}`)).status).toBe(204)
    await expect(admit(one.token)).rejects.toMatchObject({ code: 'unauthenticated' })
    expect((await as('root', 'admin')('DELETE', `/v1/tokens/${two.id}?member=ada`)).status).toBe(204)
    await expect(admit(two.token)).rejects.toMatchObject({ code: 'unauthenticated' })
    expect((await as('ada')('DELETE', `/v1/tokens/${one.id}`)).status).toBe(404)
  })

  it('end by age', async () => {
    const { token } = await make('ada', 'editor', { days: 1 })
    vi.useFakeTimers({ now: Date.now() + 86_400_000 + 1000, toFake: ['Date'] })
    try {
      await expect(admit(token)).rejects.toMatchObject({ code: 'unauthenticated' })
    } finally {
      vi.useRealTimers()
    }
  })

  it('of some connectors see no others: neither open, nor list, nor read of', async () => {
    const root = as('root', 'admin')
    for (const name of ['near', 'other']) {
      await root('POST', '/v1/connectors', {
        body: { name, kind: 'shelf', config: { rows: 2 }, credential: { password: 'open sesame' } },
      })
      await root('POST', '/v1/datasources', {
        body: { name: `${name}-boxes`, connector: name, selection: { table: 'boxes' } },
      })
    }
    const { token } = await make('root', 'admin', { connectors: ['near'] })
    const call = withToken(token)
    expect((await call('GET', '/v1/sources/near/tables')).status).toBe(200)
    const names = async (path: string) => (await call('GET', path)).json.items.map(({ name }: { name: string }) => name)
    expect(await names('/v1/sources')).toEqual(['near'])
    expect(await names('/v1/datasources')).toEqual(['near-boxes'])
    const body = (text: string) => text.replaceAll('other', 'gone').replaceAll('othes', 'gone')
    for (const path of [
      '/v1/sources/NAME',
      '/v1/sources/NAME/tables',
      '/v1/connectors/NAME',
      '/v1/datasources/NAME-boxes',
      '/v1/datasources/NAME-boxes/rows',
    ]) {
      const [foreign, missing] = [
        await call('GET', path.replace('NAME', 'other')),
        await call('GET', path.replace('NAME', 'othes')),
      ]
      expect([foreign.status, body(foreign.text)], path).toEqual([404, body(missing.text)])
    }
    const made = await call('POST', '/v1/datasources', {
      body: { name: 'x', connector: 'other', selection: { table: 'boxes' } },
    })
    expect(made.json.code).toBe('invalid-request')
    expect(
      (
        await call('POST', '/v1/checks', {
          body: { kind: 'shelf', config: {}, credential: { password: 'open sesame' } },
        })
      ).json.code,
    ).toBe('forbidden')
  })
})

describe('members P22', () => {
  it('are listed with their roles once they came or were given one, page by page, each once', async () => {
    const root = as('root', 'admin')
    await root('PUT', '/v1/members/carla', { body: { role: 'editor', name: 'Carla' } })
    const { token } = await make('dora', 'viewer')
    await admit(token)
    const all = (await root('GET', '/v1/members')).json.items
    expect(all.find(({ id }: { id: string }) => id === 'carla')).toMatchObject({
      role: 'editor',
      name: 'Carla',
      lastSeen: null,
    })
    expect(all.find(({ id }: { id: string }) => id === 'dora')).toMatchObject({
      role: 'viewer',
      lastSeen: expect.any(String),
    })
    for (const limit of [1, 2, 3]) {
      const ids: string[] = []
      for (let cursor = ''; ; ) {
        const { json } = await root('GET', `/v1/members?limit=${limit}${cursor}`)
        ids.push(...json.items.map(({ id }: { id: string }) => id))
        if (json.next === null) break
        cursor = `&cursor=${json.next}`
      }
      expect(ids).toEqual(all.map(({ id }: { id: string }) => id))
    }
  })

  it('are given roles by administrators only, who cannot take their own', async () => {
    for (const role of ['viewer', 'editor'] as const)
      expect((await as('x', role)('PUT', '/v1/members/x', { body: { role: 'admin' } })).status).toBe(403)
    expect((await as('root', 'admin')('PUT', '/v1/members/root', { body: { role: 'viewer' } })).json.code).toBe(
      'conflict',
    )
  })

  it('are made on demand, to try a role with a token of theirs', async () => {
    const root = as('root', 'admin')
    expect((await root('POST', '/v1/tokens', { body: { name: 'x', member: 'new' } })).status).toBe(404)
    await root('PUT', '/v1/members/new', { body: { role: 'viewer' } })
    const { json } = await root('POST', '/v1/tokens', { body: { name: 'x', member: 'new' } })
    expect((await withToken(json.token)('GET', '/v1/me')).json).toMatchObject({ id: 'new', role: 'viewer' })
    expect((await withToken(json.token)('GET', '/v1/connectors')).status).toBe(403)
  })
})

describe('the login of a device', () => {
  const begin = async (body: object = {}) =>
    (await platform.call('POST', '/v1/auth/device', { body: { client: 'a notebook', ...body } })).json
  const ask = (deviceCode: string) => platform.call('POST', '/v1/auth/device/token', { body: { deviceCode } })

  it('gives a token of who approves it, once', async () => {
    const login = await begin({ scopes: ['read', 'write'] })
    expect(login).toMatchObject({ userCode: expect.stringMatching(/^[B-Z]{4}-[B-Z]{4}$/), interval: 5, expiresIn: 600 })
    expect((await ask(login.deviceCode)).json).toMatchObject({ status: 400, code: 'authorization-pending' })
    const shown = await as('ada')('GET', `/v1/auth/device/${login.userCode.toLowerCase().replace('-', '')}`)
    expect(shown.json).toMatchObject({ client: 'a notebook', scopes: ['read', 'write'] })
    expect(shown.text).not.toContain(login.deviceCode)
    const approve = { body: { approve: true } }
    expect((await as('ada', 'editor')('POST', `/v1/auth/device/${login.userCode}`, approve)).status).toBe(204)
    const answers = await Promise.all([ask(login.deviceCode), ask(login.deviceCode)])
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 400])
    const { token } = answers.find(({ status }) => status === 200)!.json
    expect(await admit(token)).toMatchObject({ id: 'ada', role: 'editor', scopes: ['read', 'write'] })
    expect((await ask(login.deviceCode)).json.code).toBe('login-expired')
    expect((await as('eve')('POST', `/v1/auth/device/${login.userCode}`, approve)).status).toBe(404)
  })

  it('is refused, and told so', async () => {
    const login = await begin()
    await as('ada')('POST', `/v1/auth/device/${login.userCode}`, { body: { approve: false } })
    expect((await ask(login.deviceCode)).json.code).toBe('login-denied')
  })

  it('slows down who asks too often', async () => {
    const { deviceCode } = await begin()
    await ask(deviceCode)
    expect((await ask(deviceCode)).json.code).toBe('slow-down')
  })

  it('is over after ten minutes, and unknown codes are no others', async () => {
    const login = await begin()
    vi.useFakeTimers({ now: Date.now() + 601_000, toFake: ['Date'] })
    try {
      expect((await ask(login.deviceCode)).json.code).toBe('login-expired')
      expect((await as('ada')('GET', `/v1/auth/device/${login.userCode}`)).status).toBe(404)
    } finally {
      vi.useRealTimers()
    }
    expect((await ask('nothing')).json.code).toBe('login-expired')
    expect((await as('ada')('GET', '/v1/auth/device/BBBB-BBBB')).status).toBe(404)
  })

  it('gives no more scopes than who approves it has, and needs more than a plain token', async () => {
    const login = await begin({ scopes: ['read', 'admin'] })
    const limited = await make('ada', 'editor', { scopes: ['read', 'write'] })
    const path = `/v1/auth/device/${login.userCode}`
    expect((await withToken(limited.token)('POST', path, { body: { approve: true } })).status).toBe(403)
    const able = await make('ada', 'editor', { scopes: ['admin'] })
    await withToken(able.token)('POST', path, { body: { approve: true } })
    expect((await ask(login.deviceCode)).json.scopes).toEqual(['admin'])
  })
})
