import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import type { Audited } from '../../shared/api/audited.ts'
import { keepAudit } from '../../shared/api/keep-audit.ts'
import type { AuditRecord } from '../../shared/domain/audit.ts'
import { type CallOptions, testPlatform } from '../support/platform.ts'
import shelf from '../support/shelf-kind.ts'

let platform: Awaited<ReturnType<typeof testPlatform>>
let keep: ReturnType<typeof keepAudit>
beforeAll(async () => {
  platform = await testPlatform({ kinds: [shelf] })
  keep = keepAudit(platform.world.catalog, 30)
})
afterAll(() => platform.dispose())
afterAll(() => vi.useRealTimers())

const call = (method: string, target: string, options: CallOptions = {}) =>
  platform.call(method, target, {
    from: '192.0.2.7',
    audit: keep,
    ...options,
  })
const trail = async (query = ''): Promise<AuditRecord[]> =>
  (await platform.call('GET', `/v1/audit?${query}`)).json.items

describe('the audit trail', () => {
  const value = 'the value that nobody may see'

  it('tells who did what to which thing, from where, with what result, and never a value', async () => {
    await call('PUT', '/v1/secrets/user/TOKEN', { caller: 'ada', role: 'editor', body: { value } })
    await call('POST', '/v1/secrets', { caller: 'ada', role: 'editor', body: { secrets: [{ key: 'A', value }] } })
    await call('POST', '/v1/connectors', {
      body: { name: 'audited', kind: 'shelf', config: {}, credential: { password: value } },
    })
    await call('PUT', `/v1/secrets/user/${'x'.repeat(200)}`, { caller: 'ada', role: 'editor', body: { value } })
    const lines = await trail()
    expect(lines.map(({ operation, things, status, code }) => [operation, things, status, code])).toEqual([
      ['PUT /v1/secrets/{scope}/{key}', [`/v1/secrets/user/${'x'.repeat(200)}`], 400, 'invalid-request'],
      ['POST /v1/connectors', ['/v1/connectors/audited'], 201, null],
      ['POST /v1/secrets', ['user/A'], 204, null],
      ['PUT /v1/secrets/{scope}/{key}', ['/v1/secrets/user/TOKEN'], 204, null],
    ])
    expect(lines[3]).toMatchObject({ caller: 'ada', role: 'editor', token: null, from: '192.0.2.7', requestId: 'test' })
    expect(JSON.stringify(lines)).not.toContain(value)
  })

  it('tells whoever was refused, reading too, and nothing of other reading', async () => {
    const before = (await trail('limit=1000')).length
    await call('GET', '/v1/sources', { role: 'viewer' })
    await call('GET', '/v1/sources/nobody', { role: 'viewer' })
    await call('HEAD', '/v1/objects/user/x', { role: 'editor' })
    expect((await trail('limit=1000')).length).toBe(before)
    await call('GET', '/v1/connectors', { caller: 'eve', role: 'viewer', as: { token: 'tok_x' } })
    await call('GET', '/v1/connectors', { nobody: true })
    const [nobody, eve] = await trail('limit=2')
    expect(eve).toMatchObject({ caller: 'eve', token: 'tok_x', status: 403, code: 'forbidden' })
    expect(nobody).toMatchObject({ caller: null, role: null, status: 401, code: 'unauthenticated' })
  })

  it('names the token of who let a device in, and says nothing of questions in vain', async () => {
    const login = (await call('POST', '/v1/auth/device', { nobody: true, body: {} })).json
    const ask = () => call('POST', '/v1/auth/device/token', { nobody: true, body: { deviceCode: login.deviceCode } })
    const before = (await trail('limit=1000')).length
    await ask()
    expect((await trail('limit=1000')).length).toBe(before)
    await call('POST', `/v1/auth/device/${login.userCode}`, { caller: 'ada', body: { approve: true } })
    await ask()
    const [taken] = await trail('limit=1')
    expect(taken!.things[0]).toMatch(/^\/v1\/tokens\/tok_\w+ of ada$/)
  })

  it('is for administrators, found by caller, operation, thing, result and time, page by page', async () => {
    expect((await platform.call('GET', '/v1/audit', { role: 'editor' })).status).toBe(403)
    for (let i = 0; i < 7; i++) await call('PUT', `/v1/secrets/user/N${i}`, { caller: 'many', body: { value } })
    expect(await trail('by=many')).toHaveLength(7)
    expect(await trail('by=many&thing=user/N3')).toHaveLength(1)
    expect(await trail('operation=connectors&refused=false')).toHaveLength(1)
    expect((await trail('refused=true')).every(({ code }) => code !== null)).toBe(true)
    const all = await trail('limit=1000')
    const middle = all[3]!.at
    expect(await trail(`limit=1000&since=${middle}`)).toEqual(all.filter(({ at }) => at >= middle))
    expect(await trail(`limit=1000&until=${middle}`)).toEqual(all.filter(({ at }) => at < middle))
    const paged: AuditRecord[] = []
    for (let cursor = ''; ; ) {
      const { json } = await platform.call('GET', `/v1/audit?by=many&limit=3${cursor}`)
      paged.push(...json.items)
      if (json.next === null) break
      cursor = `&cursor=${json.next}`
    }
    expect(paged).toEqual(await trail('by=many'))
  })

  it('ends by age, and does not stop what it cannot tell of', async () => {
    const lines: Audited[] = []
    const broken = async (entry: Audited) => {
      lines.push(entry)
      throw new Error('the disk is full')
    }
    const faults: string[] = []
    const reply = await call('PUT', '/v1/secrets/user/X', {
      caller: 'ada',
      body: { value },
      audit: broken,
      onFault: ({ code }) => faults.push(code),
    })
    expect([reply.status, lines.length, faults]).toEqual([204, 1, ['internal']])
    vi.useFakeTimers({ now: Date.now() + 31 * 86_400_000, toFake: ['Date'] })
    try {
      expect(await trail()).toEqual([])
    } finally {
      vi.useRealTimers()
    }
  })
})
