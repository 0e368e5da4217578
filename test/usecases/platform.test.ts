import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import manifest from '../../package.json' with { type: 'json' }
import { operations } from '../../shared/api/index.ts'
import { testPlatform } from '../support/platform.ts'

describe('the platform', () => {
  let platform: Awaited<ReturnType<typeof testPlatform>>
  beforeAll(async () => {
    platform = await testPlatform({ kinds: [] })
  })
  afterAll(() => platform.dispose())

  it('says at /v1/health that it is alive, and its version', async () => {
    const { status, json } = await platform.call('GET', '/v1/health')
    expect([status, json]).toEqual([200, { status: 'ok', version: manifest.version }])
  })

  it('describes every one of its operations at /v1/openapi.json', async () => {
    const { json } = await platform.call('GET', '/v1/openapi.json')
    expect(json.openapi).toMatch(/^3\.1\./)
    const described = Object.entries(json.paths as Record<string, object>).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
    )
    const rows = Object.values(operations).map(({ method, path }) => `${method} ${path.replaceAll('+}', '}')}`)
    expect(described.toSorted()).toEqual(rows.toSorted())
  })

  it.each([
    ['viewer', ['viewer']],
    ['editor', ['viewer', 'editor']],
    ['admin', ['viewer', 'editor', 'admin']],
  ] as const)('tells a caller who is %s at /v1/me what that includes', async (role, roles) => {
    const { json } = await platform.call('GET', '/v1/me', { role, caller: 'ada' })
    expect(json).toMatchObject({ id: 'ada', role, roles })
  })
})
